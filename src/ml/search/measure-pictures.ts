/** What showing the pictures of a table to a pretrained network costs, from a few of them. */
import type { Table } from '../data/table.ts';
import { opened, type PretrainedNetwork } from '../neural/backbones/pretrained-network.ts';
import { leastForReading, type PictureCost } from '../tuning/calibration.ts';
import type { Clock } from './clock.ts';
import { lookAt, pictureColumn, picturesFrom, withSeen } from './look-at-pictures.ts';

/** Pictures that are looked at: by the first few the code is compiled. */
const FIRST = 2;
const MOST = 16;
const MOST_SECONDS = 0.8;
/** Pictures between two looks at the clock. */
const AT_ONCE = 4;

/** @returns what it costs, and where the budget allows it the table as if its pictures had been seen: every picture has what
 *  was seen in one of the few, which costs as much to train on as its own. Null without a network or without pictures.
 *  @throws BACKBONE_UNREADABLE, BACKBONE_ENGINE_MISSING */
export async function measurePictures(
  table: Table,
  features: readonly string[],
  {
    network,
    budgetSeconds,
    threads,
  }: {
    readonly network?: PretrainedNetwork | null;
    readonly budgetSeconds: number;
    readonly threads: number;
  },
  clock: Pick<Clock, 'now'>,
): Promise<{ cost: PictureCost; table: Table | null } | null> {
  const column = pictureColumn(table, features);
  if (!network || !column || table.nRows === 0) return null;
  const { format, nFeatures } = await opened(network);
  const few = Math.min(MOST, table.nRows);
  const look = async (from: number, to: number) =>
    (await lookAt(network, picturesFrom(column, from, to))) as Float32Array;
  await look(0, Math.min(FIRST, few));
  const startMs = clock.now();
  const seconds = () => (clock.now() - startMs) / 1000;
  const seen: Float32Array[] = [];
  let looked = 0;
  while (looked < few && seconds() < MOST_SECONDS) {
    const to = Math.min(few, looked + AT_ONCE);
    seen.push(await look(looked, to));
    looked = to;
  }
  const cost = {
    model: network.id,
    name: network.settings.name,
    column: column.name,
    pictures: table.nRows,
    features: nFeatures,
    isTrainable: format === 'layers',
    seconds: (seconds() * table.nRows) / looked,
  };
  if (leastForReading(cost, threads) > budgetSeconds) return { cost, table: null };
  const known = seen.flatMap((part) => [...part]);
  const vectors = Float32Array.from(
    { length: table.nRows * nFeatures },
    (_, i) => known[i % known.length] as number,
  );
  return { cost, table: withSeen(table, column.name, network.id, [vectors]) };
}
