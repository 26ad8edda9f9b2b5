/** Scene to pixels: the only file that knows chartjs-node-canvas and the rasteriser beneath it (@napi-rs/canvas).
 *
 *  Why it is built this way (docs/decisions/0005-pictures.md): one long-lived ChartJSNodeCanvas, because each new one
 *  loads its own copy of Chart.js; pictures compressed off this thread, which both frees the event loop and lets the
 *  native canvases be collected; shipped fonts, because text without a font is drawn as nothing, without an error. */
import { createRequire } from 'node:module';
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import { encodePng } from './png.ts';
import type {
  ChartShape,
  MarkShape,
  MarkStyle,
  PixelShape,
  Scene,
  Shape,
  TextShape,
  Weight,
} from './scene.ts';
import { COLOUR, DENSITY, FONT, SIZE } from './theme.ts';

/** Draws the scene at `DENSITY` pixels per logical pixel, as a PNG that is compressed on another thread. */
export async function renderScene(scene: Scene): Promise<Buffer> {
  const canvas = createCanvas(scene.width * DENSITY, scene.height * DENSITY);
  const context = canvas.getContext('2d');
  context.scale(DENSITY, DENSITY);
  context.fillStyle = COLOUR.paper;
  context.fillRect(0, 0, scene.width, scene.height);
  for (const shape of scene.shapes) drawShape(context, shape);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return encodePng(data, canvas.width, canvas.height);
}

/** Width of a line of text in logical pixels. */
export function measureText(text: string, size: number, weight: Weight = 400): number {
  const context = measuringContext();
  context.font = fontOf(size, weight);
  return context.measureText(text).width;
}

function drawShape(context: SKRSContext2D, shape: Shape): void {
  switch (shape.kind) {
    case 'text':
      drawText(context, shape);
      break;
    case 'rect':
      context.fillStyle = shape.fill;
      context.beginPath();
      context.roundRect(shape.x, shape.y, shape.width, shape.height, shape.radius ?? 0);
      context.fill();
      break;
    case 'line':
      context.strokeStyle = shape.colour;
      context.lineWidth = shape.width;
      context.setLineDash([...(shape.dash ?? [])]);
      context.beginPath();
      context.moveTo(shape.x1, shape.y1);
      context.lineTo(shape.x2, shape.y2);
      context.stroke();
      break;
    case 'mark':
      drawMark(context, shape);
      break;
    case 'chart':
      drawChart(context, shape);
      break;
    case 'pixels':
      drawPixels(context, shape);
  }
}

function drawPixels(context: SKRSContext2D, shape: PixelShape): void {
  const { pixels, rows, columns, channels } = shape;
  const small = createCanvas(columns, rows);
  const own = small.getContext('2d');
  const data = own.createImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    for (let channel = 0; channel < 3; channel++) {
      data.data[4 * i + channel] = pixels[i * channels + (channels === 3 ? channel : 0)] as number;
    }
    data.data[4 * i + 3] = 255;
  }
  own.putImageData(data, 0, 0);
  context.save();
  context.imageSmoothingEnabled = false;
  context.drawImage(small, shape.x, shape.y, shape.width, shape.height);
  context.restore();
}

function drawMark(context: SKRSContext2D, { x, y, radius, style = 'circle', fill, ring }: MarkShape): void {
  context.beginPath();
  if (style === 'circle') context.arc(x, y, radius, 0, 2 * Math.PI);
  else {
    const corners = MARK_CORNERS[style].map(([dx, dy]) => [x + dx * radius, y + dy * radius] as const);
    for (const [cornerX, cornerY] of corners) context.lineTo(cornerX, cornerY);
    context.closePath();
  }
  context.fillStyle = fill;
  context.fill();
  if (!ring) return;
  context.strokeStyle = ring;
  context.lineWidth = 2;
  context.setLineDash([]);
  context.stroke();
}

const SIN_60 = Math.sqrt(3) / 2;

/** As Chart.js draws them, for a radius of 1. */
const MARK_CORNERS = {
  triangle: [
    [0, -1],
    [SIN_60, 0.5],
    [-SIN_60, 0.5],
  ],
  rectRot: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  rect: [
    [-Math.SQRT1_2, -Math.SQRT1_2],
    [Math.SQRT1_2, -Math.SQRT1_2],
    [Math.SQRT1_2, Math.SQRT1_2],
    [-Math.SQRT1_2, Math.SQRT1_2],
  ],
} as const satisfies Record<Exclude<MarkStyle, 'circle'>, readonly (readonly [number, number])[]>;

function drawText(context: SKRSContext2D, shape: TextShape): void {
  const weight = shape.weight ?? 400;
  const text =
    shape.maxWidth === undefined ? shape.text : cutText(shape.text, shape.maxWidth, shape.size, weight);
  context.save();
  context.font = fontOf(shape.size, weight);
  context.fillStyle = shape.colour;
  context.textAlign = shape.align ?? 'left';
  context.textBaseline = 'middle';
  context.translate(shape.x, shape.y);
  if (shape.upright) context.rotate(-Math.PI / 2);
  context.fillText(text, 0, 0);
  context.restore();
}

/** The text, or as much of its start as fits with an ellipsis. O(log length) measurements. */
export function cutText(text: string, maxWidth: number, size: number, weight: Weight = 400): string {
  if (measureText(text, size, weight) <= maxWidth) return text;
  const points = [...text];
  const cut = (length: number) => `${points.slice(0, length).join('').trimEnd()}…`;
  let fits = 0;
  let tooLong = points.length;
  while (tooLong - fits > 1) {
    const length = (fits + tooLong) >> 1;
    if (measureText(cut(length), size, weight) <= maxWidth) fits = length;
    else tooLong = length;
  }
  return cut(fits);
}

function drawChart(context: SKRSContext2D, shape: ChartShape): void {
  chartCanvas().draw(shape.configuration, shape.width, shape.height, (picture) =>
    context.drawImage(picture, shape.x, shape.y, shape.width, shape.height),
  );
}

/** chartjs-node-canvas with a canvas of any size per chart, and with access to the canvas before it is destroyed:
 *  its own callback-based `renderToBuffer` throws on @napi-rs/canvas, and `renderToBufferSync` would encode a PNG on
 *  this thread only for us to decode it again. */
class ChartCanvas extends ChartJSNodeCanvas {
  draw(
    configuration: ChartConfiguration,
    width: number,
    height: number,
    use: (picture: Canvas) => void,
  ): void {
    const canvas = this._createCanvas(width, height) as unknown as Canvas & { style: object };
    canvas.style = {}; // Chart.js writes the logical size there, as in a browser
    const chart = new this._chartJs(canvas.getContext('2d') as never, configuration as never);
    use(canvas);
    chart.destroy();
  }
}

let theChartCanvas: ChartCanvas | undefined;

function chartCanvas(): ChartCanvas {
  registerFonts();
  theChartCanvas ??= new ChartCanvas({
    width: 1,
    height: 1,
    // By name: loaded by the package itself, so that it registers with the same copy of Chart.js.
    plugins: { modern: ['chartjs-plugin-annotation'] },
    chartCallback: ({ defaults }) => {
      defaults.animation = false;
      defaults.responsive = false;
      defaults.devicePixelRatio = DENSITY;
      defaults.font.family = FONT;
      defaults.font.size = SIZE.small;
      defaults.color = COLOUR.muted;
      defaults.borderColor = COLOUR.hairline;
      defaults.plugins.legend.display = false;
    },
  });
  return theChartCanvas;
}

let theMeasuringContext: SKRSContext2D | undefined;

function measuringContext(): SKRSContext2D {
  registerFonts();
  theMeasuringContext ??= createCanvas(1, 1).getContext('2d');
  return theMeasuringContext;
}

const SUBSETS = ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'vietnamese'];
const WEIGHTS: readonly Weight[] = [400, 600, 700];
let fontsAreRegistered = false;

/** All subsets go under one family, so that a glyph missing in one is found in the next. */
function registerFonts(): void {
  if (fontsAreRegistered) return;
  const resolve = createRequire(import.meta.url).resolve;
  for (const weight of WEIGHTS) {
    for (const subset of SUBSETS) {
      const file = resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff2`);
      if (!GlobalFonts.registerFromPath(file, FONT)) throw new Error(`cannot register the font ${file}`);
    }
  }
  fontsAreRegistered = true;
}

function fontOf(size: number, weight: Weight): string {
  return `${weight} ${size}px ${FONT}, sans-serif`;
}
