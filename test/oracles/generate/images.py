"""Small pictures in every kind of colour that people send, as base64, with what Pillow decodes them to.
Usage: python images.py > ../images/decoded.json   (Pillow 13.0.0)"""
import base64, io, json
import PIL
from PIL import Image, ImageDraw


def drawing():
    picture = Image.new("RGB", (24, 16), (200, 40, 40))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, 7, 7], fill=(30, 60, 220))
    draw.rectangle([16, 8, 23, 15], fill=(240, 230, 90))
    return picture


def saved(picture, **options):
    out = io.BytesIO()
    picture.save(out, **options)
    return out.getvalue()


def sixteen(picture):
    grey = picture.convert("L")
    wide = Image.new("I;16", grey.size)
    wide.putdata([value * 257 for value in grey.getdata()])
    return wide


turned = Image.Exif()
turned[0x112] = 6  # the camera was held upright: turn by 90 degrees clockwise
rgba = drawing().convert("RGBA")
rgba.putalpha(128)
FILES = {
    "rgb.png": saved(drawing(), format="PNG"),
    "palette.png": saved(drawing().convert("P"), format="PNG"),
    "grey-alpha.png": saved(drawing().convert("LA"), format="PNG"),
    "half-transparent.png": saved(rgba, format="PNG"),
    "grey-16.png": saved(sixteen(drawing()), format="PNG"),
    "rgb.jpg": saved(drawing(), format="JPEG", quality=95, subsampling=0),
    "grey.jpg": saved(drawing().convert("L"), format="JPEG", quality=95),
    "progressive.jpg": saved(drawing(), format="JPEG", quality=95, subsampling=0, progressive=True),
    "cmyk.jpg": saved(drawing().convert("CMYK"), format="JPEG", quality=95, subsampling=0),
    "turned.jpg": saved(drawing(), format="JPEG", quality=95, subsampling=0, exif=turned),
}


def decoded(data):
    from PIL import ImageOps

    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if picture.mode == "I;16":
        picture = Image.frombytes("L", picture.size, bytes(v >> 8 for v in picture.getdata()))
    if picture.mode in ("RGBA", "LA", "P"):
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(ground, picture)
    return picture.convert("RGB")


result = {"pillow": PIL.__version__, "files": {}}
for name, data in FILES.items():
    picture = decoded(data)
    result["files"][name] = {
        "bytes": base64.b64encode(data).decode(),
        "width": picture.width,
        "height": picture.height,
        "pixels": base64.b64encode(picture.tobytes()).decode(),
    }
print(json.dumps(result))
