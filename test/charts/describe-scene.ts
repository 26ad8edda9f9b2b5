/** A scene as text with rounded numbers, one shape a line: what the snapshots of pictures hold. */
import type { Scene, Shape } from '../../src/report/charts/scene.ts';

export function describeScene(scene: Scene): string {
  return [`${scene.width} x ${scene.height}`, ...scene.shapes.map(describeShape)].join('\n');
}

function describeShape(shape: Shape): string {
  const at = (x: number, y: number) => `${Math.round(x)},${Math.round(y)}`;
  switch (shape.kind) {
    case 'text':
      return `text ${at(shape.x, shape.y)} ${shape.align ?? 'left'} ${shape.size} ${JSON.stringify(shape.text)}`;
    case 'rect':
      return `rect ${at(shape.x, shape.y)} ${at(shape.width, shape.height)} ${shape.fill}`;
    case 'line':
      return `line ${at(shape.x1, shape.y1)} ${at(shape.x2, shape.y2)} ${shape.colour}`;
    case 'mark':
      return `mark ${at(shape.x, shape.y)} ${shape.style ?? 'circle'} ${shape.fill} ${shape.ring ?? ''}`.trimEnd();
    case 'chart':
      return `chart ${at(shape.x, shape.y)} ${at(shape.width, shape.height)} ${rounded(shape.configuration)}`;
    case 'pixels':
      return `pixels ${at(shape.x, shape.y)} ${at(shape.width, shape.height)} ${shape.columns}x${shape.rows}x${shape.channels}`;
  }
}

function rounded(value: unknown): string {
  return JSON.stringify(
    value,
    (_, member: unknown) => (typeof member === 'number' ? Number(member.toPrecision(3)) : member),
    1,
  );
}
