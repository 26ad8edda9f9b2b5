"""One small picture varied by Pillow, as base64. Usage: python augmentation.py > ../images/augmentation.json
(Pillow 13.0.0, NumPy's RandomState(7))"""
import base64, json
import numpy as np
import PIL
from PIL import Image, ImageEnhance, ImageOps

state = np.random.RandomState(7)
smooth = state.randint(0, 256, (6, 8, 3)).astype(np.uint8)
picture = Image.fromarray(smooth, "RGB").resize((32, 24), Image.BICUBIC)
grey = picture.convert("L")


def affine(image, coefficients):
    return image.transform(image.size, Image.AFFINE, coefficients, Image.BILINEAR, fillcolor=(40, 40, 40))


def enhanced(kind, factor):
    return getattr(ImageEnhance, kind)(picture).enhance(factor)


FILL = (40, 40, 40)
results = {
    "flipHorizontal": ImageOps.mirror(picture),
    "flipVertical": ImageOps.flip(picture),
    "shift 3 -2": affine(picture, (1, 0, -3, 0, 1, 2)),
    "rotate 10": picture.rotate(10, Image.BILINEAR, fillcolor=FILL),
    "rotate -25": picture.rotate(-25, Image.BILINEAR, fillcolor=FILL),
    "rotate 90": picture.rotate(90, Image.BILINEAR, fillcolor=FILL),
    "shearX 0.3": affine(picture, (1, 0.3, 0, 0, 1, 0)),
    "shearY -0.2": affine(picture, (1, 0, 0, -0.2, 1, 0)),
    "translate 2.5 -1.25": affine(picture, (1, 0, 2.5, 0, 1, -1.25)),
    "autocontrast": ImageOps.autocontrast(Image.eval(picture, lambda v: 60 + v // 2)),
    "equalize": ImageOps.equalize(picture),
    "posterize 3": ImageOps.posterize(picture, 3),
    "solarize 100": ImageOps.solarize(picture, 100),
    **{f"brightness {f}": enhanced("Brightness", f) for f in (0.4, 1.7)},
    **{f"contrast {f}": enhanced("Contrast", f) for f in (0.3, 1.6)},
    **{f"saturation {f}": enhanced("Color", f) for f in (0, 1.8)},
    **{f"sharpness {f}": enhanced("Sharpness", f) for f in (0, 1.9)},
}
print(
    json.dumps(
        {
            "pillow": PIL.__version__,
            "width": 32,
            "height": 24,
            "picture": base64.b64encode(picture.tobytes()).decode(),
            "results": {name: base64.b64encode(image.tobytes()).decode() for name, image in results.items()},
        }
    )
)
