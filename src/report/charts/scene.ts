/** A picture before it is drawn: plain values that a test can compare, and that `render.ts` alone turns into pixels.
 *  Lengths are logical pixels, from the top left corner. */
import type { ChartConfiguration } from 'chart.js';
import type {} from 'chartjs-plugin-annotation'; // adds `plugins.annotation` to the type of a chart's options

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export type Shape = TextShape | RectShape | LineShape | MarkShape | ChartShape | PixelShape;

export interface TextShape {
  readonly kind: 'text';
  readonly x: number;
  /** The middle of the line. */
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly colour: string;
  readonly weight?: Weight;
  readonly align?: 'left' | 'center' | 'right';
  /** Longer text is cut and ends in an ellipsis. */
  readonly maxWidth?: number;
  /** Reads upwards from (x, y) instead of to the right. */
  readonly upright?: boolean;
}
export type Weight = 400 | 600 | 700;

export interface RectShape {
  readonly kind: 'rect';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: string;
  readonly radius?: number;
}

export interface LineShape {
  readonly kind: 'line';
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

export interface MarkShape {
  readonly kind: 'mark';
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Default circle. */
  readonly style?: MarkStyle;
  readonly fill: string;
  /** An outline of this colour. */
  readonly ring?: string;
}
/** Chart.js's names for the shapes that are used here. */
export type MarkStyle = 'circle' | 'triangle' | 'rectRot' | 'rect';

/** A Chart.js chart in a box. */
export interface ChartShape {
  readonly kind: 'chart';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly configuration: ChartConfiguration;
}

/** A small picture, each of its pixels as a sharp square. */
export interface PixelShape {
  readonly kind: 'pixels';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Uint8Array (rows × columns × channels). */
  readonly pixels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly channels: 1 | 3;
}

/** Shapes that belong together, placed from their own top left corner. */
export interface Block {
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** The shape, moved by (dx, dy). */
export function moveShape(shape: Shape, dx: number, dy: number): Shape {
  return shape.kind === 'line'
    ? { ...shape, x1: shape.x1 + dx, y1: shape.y1 + dy, x2: shape.x2 + dx, y2: shape.y2 + dy }
    : { ...shape, x: shape.x + dx, y: shape.y + dy };
}

/** Blocks one under another, `gap` apart. */
export function stack(blocks: readonly Block[], gap: number): Block {
  const shapes: Shape[] = [];
  let y = 0;
  for (const [i, block] of blocks.entries()) {
    if (i > 0) y += gap;
    for (const shape of block.shapes) shapes.push(moveShape(shape, 0, y));
    y += block.height;
  }
  return { height: y, shapes };
}
