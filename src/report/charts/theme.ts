/** How pictures look: colours, type sizes and lengths, in logical pixels. Sizes are chosen so that a picture that a
 *  phone shows 360 pixels wide still has readable text; colours are Okabe and Ito's (2008), which stay apart for the
 *  common kinds of colour blindness, and every family has a shape beside its colour. */
import type { Family } from '../../ml/tuning/trial.ts';
import type { MarkStyle } from './scene.ts';

/** Width of a normal picture, and of one that holds more than a phone can show at once. */
export const WIDTH = 800;
export const WIDE_WIDTH = 1080;
export const MARGIN = 32;
/** Pixels per logical pixel. */
export const DENSITY = 2;

export const FONT = 'Inter';
export const SIZE = { title: 30, subtitle: 20, body: 20, small: 18, tiny: 16 } as const;

export const COLOUR = {
  paper: '#ffffff',
  ink: '#111827',
  muted: '#566275',
  faint: '#94a3b8',
  hairline: '#dfe5ec',
  track: '#eef2f6',
  highlight: '#eaf4fb',
  blue: '#0072b2',
  vermillion: '#d55e00',
  green: '#009e73',
  amber: '#e69f00',
  sky: '#56b4e9',
  purple: '#cc79a7',
  grey: '#6b7280',
} as const;

/** For classes and column types; neighbours differ in lightness too. */
export const SERIES = [
  COLOUR.blue,
  COLOUR.amber,
  COLOUR.green,
  COLOUR.purple,
  COLOUR.vermillion,
  COLOUR.sky,
] as const;

export const FAMILY_MARK: Readonly<Record<Family, { colour: string; shape: MarkStyle }>> = {
  gbdt: { colour: COLOUR.blue, shape: 'circle' },
  ordered: { colour: COLOUR.sky, shape: 'circle' },
  extra_trees: { colour: COLOUR.amber, shape: 'triangle' },
  random_forest: { colour: COLOUR.purple, shape: 'triangle' },
  mlp: { colour: COLOUR.vermillion, shape: 'triangle' },
  realmlp: { colour: COLOUR.vermillion, shape: 'rectRot' },
  tabm: { colour: COLOUR.vermillion, shape: 'circle' },
  neighbours: { colour: COLOUR.ink, shape: 'rect' },
  naive_bayes: { colour: COLOUR.ink, shape: 'rectRot' },
  linear: { colour: COLOUR.green, shape: 'rectRot' },
  ets: { colour: COLOUR.ink, shape: 'triangle' },
  seasonal_naive: { colour: COLOUR.grey, shape: 'rectRot' },
  baseline: { colour: COLOUR.grey, shape: 'rect' },
  cnn: { colour: COLOUR.vermillion, shape: 'rect' },
  resnet: { colour: COLOUR.purple, shape: 'rect' },
  backbone: { colour: COLOUR.green, shape: 'rect' },
  backbone_tuned: { colour: COLOUR.green, shape: 'triangle' },
  tcn: { colour: COLOUR.sky, shape: 'rect' },
};

/** The text colour that reads better on `fill`, by WCAG's contrast. @param fill `#rrggbb` */
export function textOn(fill: string): string {
  const channel = (at: number) => {
    const share = Number.parseInt(fill.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.058 ? COLOUR.paper : COLOUR.ink;
}

/** A colour between white (0) and `colour` (1). @param colour `#rrggbb` */
export function tint(colour: string, strength: number): string {
  const channel = (at: number) => {
    const full = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(255 - (255 - full) * strength)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
