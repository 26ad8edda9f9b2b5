/** The kernels once more, as plainly as possible: what kernels/trees/ is tested against. They work in the same memory and
 *  leave the same bytes there. */

import { Random } from '../../../src/ml/random.ts';
import type { TreeKernels } from '../../../src/ml/trees/kernels.ts';
import { sampleIndices } from '../../../src/ml/trees/sampling.ts';

const MISSING_LEFT = 1;
const IS_CATEGORICAL = 2;
const TINY = 1e-15;

export function naiveKernels(memory: WasmMemory): TreeKernels {
  const u8 = (at: number, n: number) => new Uint8Array(memory.buffer, at, n);
  const u32 = (at: number, n: number) => new Uint32Array(memory.buffer, at, n);
  const i32 = (at: number, n: number) => new Int32Array(memory.buffer, at, n);
  const f64 = (at: number, n: number) => new Float64Array(memory.buffer, at, n);
  const i64 = (at: number, n: number) => new BigInt64Array(memory.buffer, at, n);

  /** Gradient, hessian and count of a cell, hessians in units of 1 / factor. */
  function sumsOf(gradient: bigint, hessianAndCount: bigint, countBits: number) {
    return {
      gradient: Number(gradient),
      hessian: Number(hessianAndCount >> BigInt(countBits)),
      count: Number(hessianAndCount & ((1n << BigInt(countBits)) - 1n)),
    };
  }

  function rowsOfShare(nRows: number, rowsPerStripe: number, share: number, nShares: number): number[] {
    return Array.from({ length: nRows }, (_, row) => row).filter(
      (row) => Math.floor(row / rowsPerStripe) % nShares === share,
    );
  }

  /** To the sum of the row's stripe, which begins with its first row. */
  function addLoss(sums: number, row: number, rowsPerStripe: number, loss: number): void {
    const sum = f64(sums + Math.floor(row / rowsPerStripe) * 8, 1);
    sum[0] = loss + (row % rowsPerStripe === 0 ? 0 : sum[0]);
  }

  return {
    sortPresent(values, n, limit) {
      const present = f64(values, n).filter((x) => !Number.isNaN(x));
      f64(values, n).set(present.map((x) => (x > limit ? limit : x < -limit ? -limit : x)).sort());
      return present.length;
    },

    binNumbers(values, n, thresholds, missingBin, bins) {
      const limits = f64(thresholds, 256);
      f64(values, n).forEach((x, i) => {
        u8(bins, n)[i] = Number.isNaN(x) ? missingBin : limits.filter((limit) => limit < x).length;
      });
    },

    transposeBins(columns, nRows, nFeatures, from, to, rows, rowStride) {
      for (let row = from; row < to; row++) {
        for (let j = 0; j < nFeatures; j++)
          u8(rows + row * rowStride, nFeatures)[j] = u8(columns, nRows * nFeatures)[j * nRows + row];
      }
    },

    addToHistogram(rowBins, stride, gradients, rows, start, end, octets, nOctets, countBits, _, histogram) {
      for (const row of u32(rows, end).subarray(start)) {
        const [gradient, hessian] = i32(gradients + row * 8, 2);
        for (let octet = octets; octet < octets + nOctets * 40; octet += 40) {
          const offsets = new Uint16Array(memory.buffer, octet, 8);
          const [vector, nFeatures, firstCell] = u32(octet + 24, 3);
          u8(octet + 16, nFeatures).forEach((place, k) => {
            const bin = u8(rowBins + row * stride + vector + place, 1)[0];
            const cell = i64(histogram + firstCell + offsets[k] + bin * 16, 2);
            cell[0] += BigInt(gradient);
            cell[1] += (BigInt(hessian) << BigInt(countBits)) + 1n;
          });
        }
      }
    },

    clearHistogram(histogram, nBytes) {
      u8(histogram, nBytes).fill(0);
    },

    subtractHistogram(histogram, sibling, nBytes) {
      const cells = i64(histogram, nBytes / 8);
      i64(sibling, nBytes / 8).forEach((sum, i) => {
        cells[i] -= sum;
      });
    },

    mergeHistogram(histogram, other, from, to) {
      const cells = i64(histogram + from, (to - from) / 8);
      i64(other + from, (to - from) / 8).forEach((sum, i) => {
        cells[i] += sum;
      });
    },

    sumGradients(gradients, rows, start, end, countBits, out) {
      const cell = i64(out, 2).fill(0n);
      for (const row of u32(rows, end).subarray(start)) {
        const [gradient, hessian] = i32(gradients + row * 8, 2);
        cell[0] += BigInt(gradient);
        cell[1] += (BigInt(hessian) << BigInt(countBits)) + 1n;
      }
    },

    findBestSplit(histogram, features, nFeatures, facts, search, node) {
      const [
        gradientScale,
        hessianScale,
        l1,
        l2,
        minHessian,
        minGain,
        smoothing,
        categoricalL2,
        lower,
        upper,
      ] = f64(search, 10);
      const [minSamples, countBits, randomThresholds, seed, constrained] = u32(search + 80, 5);
      const total = i64(node, 2);
      const scaled = (cell: readonly bigint[] | BigInt64Array) => {
        const { gradient, hessian, count } = sumsOf(cell[0], cell[1], countBits);
        return { gradient: gradient * gradientScale, hessian: hessian * hessianScale, count };
      };
      const value = (g: number, h: number) => {
        const shrunk = Math.sign(g) * Math.max(0, Math.abs(g) - l1);
        return Math.min(Math.max(-shrunk / (h + l2 + TINY), lower), upper);
      };
      const score = (g: number, h: number, penalty: number) => {
        if (!constrained) return Math.max(0, Math.abs(g) - l1) ** 2 / (h + penalty + TINY);
        const v = value(g, h);
        return -(2 * g * v + 2 * l1 * Math.abs(v) + (h + l2 + TINY) * v * v);
      };
      const all = scaled(total);
      const nodeScore = score(all.gradient, all.hessian, l2);
      let best = nodeScore + minGain;
      const floats = f64(node, 8);
      const words = i32(node, 16);
      words[6] = -1;

      /** Takes the split if it is legal and better; returns whether it did. */
      function judge(
        left: bigint[],
        feature: number,
        bin: number,
        flags: number,
        direction: number,
      ): boolean {
        const near = scaled(left);
        const far = { gradient: all.gradient - near.gradient, hessian: all.hessian - near.hessian };
        if (near.count < minSamples || all.count - near.count < minSamples) return false;
        if (near.hessian < minHessian || far.hessian < minHessian) return false;
        if (constrained && direction !== 0) {
          const rise = value(far.gradient, far.hessian) - value(near.gradient, near.hessian);
          if (rise * direction < 0) return false;
        }
        const penalty = l2 + (flags & IS_CATEGORICAL ? categoricalL2 : 0);
        const both = score(near.gradient, near.hessian, penalty) + score(far.gradient, far.hessian, penalty);
        if (!(both > best)) return false;
        best = both;
        words[6] = feature;
        words[7] = bin;
        words[8] = flags;
        i64(node + 40, 2).set(left);
        return true;
      }

      function majority(): number {
        return 2 * scaled(i64(node + 40, 2)).count > all.count ? MISSING_LEFT : 0;
      }

      for (let k = 0; k < nFeatures; k++) {
        const [feature, offset] = u32(features + k * 8, 2);
        const fact = u32(facts + feature * 4, 1)[0];
        const nBins = fact & 0xffff;
        const direction = (fact >> 24) | 0;
        const cells = Array.from({ length: nBins + 1 }, (_, bin) => [
          ...i64(histogram + offset + bin * 16, 2),
        ]);
        const missing = cells[nBins];
        const upTo = (bin: number, start: bigint[]) =>
          cells.slice(0, bin + 1).reduce((sum, cell) => [sum[0] + cell[0], sum[1] + cell[1]], start);
        const found = words[6];
        if ((fact >> 16) & 0xff) {
          judgeCategories();
        } else if (randomThresholds) {
          const present = cells.slice(0, nBins).flatMap((cell, bin) => (cell[1] === 0n ? [] : [bin]));
          const [first, last] = [present[0], present.at(-1)];
          if (first === undefined || last === undefined || (first === last && missing[1] === 0n)) continue;
          const width = Math.max(1, last - first);
          const bin = first + Number((BigInt(draw(seed, feature)) * BigInt(width)) >> 32n);
          judge(upTo(bin, [0n, 0n]), feature, bin, 0, direction);
          if (missing[1] !== 0n) judge(upTo(bin, missing), feature, bin, MISSING_LEFT, direction);
          else if (words[6] !== found) words[8] = majority();
        } else {
          const nCandidates = missing[1] === 0n ? nBins - 1 : nBins;
          for (let bin = 0; bin < nCandidates; bin++) {
            if (cells[bin][1] !== 0n) judge(upTo(bin, [0n, 0n]), feature, bin, 0, direction);
          }
          if (missing[1] === 0n) {
            if (words[6] !== found) words[8] = majority();
          } else {
            for (let bin = 0; bin < nBins - 1; bin++) {
              if (cells[bin][1] === 0n) continue;
              let last = bin;
              while (last + 1 < nBins - 1 && cells[last + 1][1] === 0n) last++;
              judge(upTo(bin, missing), feature, last, MISSING_LEFT, direction);
            }
          }
        }

        function judgeCategories(): void {
          const nPresent = cells.filter((cell) => cell[1] !== 0n).length;
          const few = nPresent <= 4;
          const order = cells
            .map((cell, bin) => ({ bin, ...scaled(cell) }))
            .filter(({ count }) => count >= (few ? 1 : 10))
            .map((c) => ({ bin: c.bin, ratio: c.gradient / (c.hessian + (few ? TINY : smoothing)) }))
            .sort((a, b) => a.ratio - b.ratio || a.bin - b.bin)
            .map(({ bin }) => bin);
          if (order.length < 2) return;
          const lowLimit = Math.min(32, (order.length + 1) >> 1);
          const highLimit = Math.min(
            lowLimit,
            order.length === nPresent ? order.length - lowLimit - 1 : order.length - 1,
          );
          let leftBins: number[] = [];
          for (const [run, limit] of [
            [order, lowLimit],
            [order.toReversed(), highLimit],
          ] as const) {
            for (let n = 1; n <= limit; n++) {
              const left = run
                .slice(0, n)
                .reduce((sum, bin) => [sum[0] + cells[bin][0], sum[1] + cells[bin][1]], [0n, 0n]);
              if (judge(left, feature, 0, IS_CATEGORICAL, 0)) leftBins = run.slice(0, n);
            }
          }
          if (leftBins.length === 0) return;
          const bits = u8(node + 56, 32).fill(0);
          for (const bin of leftBins) bits[bin >> 3] |= 1 << (bin & 7);
          const missingLeft = missing[1] === 0n ? majority() : leftBins.includes(nBins) ? MISSING_LEFT : 0;
          words[8] = IS_CATEGORICAL | missingLeft;
        }
      }
      floats[2] = words[6] < 0 ? 0 : best - nodeScore;
    },

    addLevelScores(
      histogram,
      features,
      nFeatures,
      facts,
      total,
      gradientScale,
      hessianScale,
      l2,
      countBits,
      scores,
    ) {
      const score = (cell: readonly bigint[]) => {
        const { gradient, hessian } = sumsOf(cell[0], cell[1], countBits);
        return (gradient * gradientScale) ** 2 / (Math.max(hessian * hessianScale, 1e-3) + l2);
      };
      const whole = [...i64(total, 2)];
      for (let k = 0; k < nFeatures; k++) {
        const [feature, offset] = u32(features + k * 8, 2);
        const fact = u8(facts + feature * 4, 4);
        const nBins = fact[0] + 256 * fact[1];
        const isCategorical = fact[2] === 1;
        const cellAt = (bin: number) => [...i64(histogram + offset + bin * 16, 2)];
        for (let bin = 0; bin < (isCategorical ? nBins + 1 : nBins); bin++) {
          for (const direction of [0, 1]) {
            const isLeft = (b: number) =>
              isCategorical ? b === bin : b <= bin || (b === nBins && direction === 1);
            const left = [0n, 0n];
            for (let b = 0; b <= nBins; b++) {
              if (!isLeft(b)) continue;
              left[0] += cellAt(b)[0];
              left[1] += cellAt(b)[1];
            }
            const right = [whole[0] - left[0], whole[1] - left[1]];
            f64(scores + offset + bin * 16, 2)[direction] += score(left) + score(right);
          }
        }
      }
    },

    sampleRows(rows, nRows, nWanted, state) {
      const random = new Random(0);
      random.restore(u32(state, 4));
      const drawn = sampleIndices(nRows, nWanted / nRows, random);
      u32(rows, nWanted).set(drawn);
      random.save(u32(state, 4));
    },

    numberRows(rows, nRows, ...share) {
      const own = rowsOfShare(nRows, ...share);
      u32(rows, own.length).set(own);
      return own.length;
    },

    partitionRows(column, goesLeft, rows, start, end, _) {
      const inside = u32(rows, end).subarray(start);
      const isLeft = (row: number) => u8(goesLeft, 256)[u8(column + row, 1)[0]] === 1;
      const left = inside.filter(isLeft);
      const right = inside.filter((row) => !isLeft(row));
      inside.set(left);
      inside.set(right, left.length);
      return left.length;
    },

    addLeafValues(leaves, nLeaves, rows, raw) {
      for (let leaf = leaves; leaf < leaves + 16 * nLeaves; leaf += 16) {
        const [start, end] = u32(leaf, 2);
        for (const row of u32(rows, end).subarray(start)) f64(raw + row * 8, 1)[0] += f64(leaf + 8, 1)[0];
      }
    },

    addTree(nodes, depth, rowBins, rowStride, start, end, raw) {
      for (let row = start; row < end; row++) {
        let node = nodes;
        for (let level = 0; level < depth; level++) {
          const [feature, left] = u32(node, 2);
          const bin = u8(rowBins + row * rowStride + feature, 1)[0];
          const goesLeft = (u32(node + 16, 8)[bin >> 5] >>> (bin & 31)) & 1;
          node = nodes + left + (1 - goesLeft) * 48;
        }
        f64(raw + row * 8, 1)[0] += f64(node + 8, 1)[0];
      }
    },

    addSmallTree(exclusions, ends, nWords, values, columns, nRows, _, raw) {
      const stops = [...u32(ends, 4 * nWords)];
      for (let row = 0; row < nRows; row++) {
        const excluded = new Set<number>();
        for (let k = 0; k < stops[stops.length - 1]; k++) {
          const at = exclusions + k * 8;
          const [shift, limit] = new Int8Array(memory.buffer, at + 4, 2);
          const bin = u8(u32(columns + u32(at, 1)[0] * 4, 1)[0] + row, 1)[0];
          if (((bin + shift) << 24) >> 24 >= limit) continue;
          const first = 8 * stops.filter((stop) => stop <= k).length;
          for (let bit = 0; bit < 8; bit++) if ((u8(at + 6, 1)[0] >> bit) & 1) excluded.add(first + bit);
        }
        let leaf = 0;
        while (excluded.has(leaf)) leaf++;
        f64(raw + row * 8, 1)[0] += f64(values + leaf * 8, 1)[0];
      }
    },

    markBins(column, nRows, set, out) {
      const words = u32(set, 8);
      u8(column, nRows).forEach((bin, row) => {
        u8(out, nRows)[row] = words[bin >> 5] & (1 << (bin & 31)) ? 1 << (bin & 7) : 0;
      });
    },

    binaryLogLoss(
      raw,
      target,
      weights,
      nRows,
      rowsPerStripe,
      share,
      nShares,
      gradientFactor,
      hessianFactor,
      gradients,
      sums,
    ) {
      for (const i of rowsOfShare(nRows, rowsPerStripe, share, nShares)) {
        const [z, y, w] = [f64(raw, nRows)[i], f64(target, nRows)[i], weights ? f64(weights, nRows)[i] : 1];
        const p = 1 / (1 + Math.exp(-z));
        addLoss(sums, i, rowsPerStripe, w * (Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)))));
        if (gradients) {
          const q = 1 / (1 + Math.exp(z));
          const pair = i32(gradients + i * 8, 2);
          pair[0] = roundEven(w * (y === 1 ? -q : p) * gradientFactor);
          pair[1] = roundEven(w * p * q * hessianFactor);
        }
      }
    },

    multinomialLogLoss(
      raw,
      target,
      weights,
      nRows,
      nClasses,
      rowsPerStripe,
      share,
      nShares,
      gradientFactor,
      hessianFactor,
      _,
      gradients,
      sums,
    ) {
      for (const i of rowsOfShare(nRows, rowsPerStripe, share, nShares)) {
        const z = Array.from({ length: nClasses }, (__, k) => f64(raw + (k * nRows + i) * 8, 1)[0]);
        const [y, w] = [f64(target, nRows)[i], weights ? f64(weights, nRows)[i] : 1];
        const largest = Math.max(...z);
        const total = z.reduce((s, x) => s + Math.exp(x - largest), 0);
        addLoss(sums, i, rowsPerStripe, w * (Math.log(total) + largest - z[y]));
        if (!gradients) continue;
        z.forEach((x, k) => {
          const p = Math.exp(x - largest) / total;
          const pair = i32(gradients + (k * nRows + i) * 8, 2);
          pair[0] = roundEven(w * (k === y ? p - 1 : p) * gradientFactor);
          pair[1] = roundEven(w * p * (1 - p) * hessianFactor);
        });
      }
    },

    quantiseGradients(exact, n, gradientFactor, hessianFactor, gradients) {
      f64(exact, 2 * n).forEach((x, i) => {
        i32(gradients, 2 * n)[i] = roundEven(x * (i % 2 === 0 ? gradientFactor : hessianFactor));
      });
    },

    weighGradients(gradients, n, draws, shares, weighed) {
      i32(gradients, 2 * n).forEach((x, i) => {
        i32(weighed, 2 * n)[i] = roundEven(x * f64(shares, 256)[u8(draws, n)[i >> 1]]);
      });
    },

    largestGradients(exact, n, out) {
      const pairs = f64(exact, 2 * n);
      const largest = (part: number) =>
        pairs.reduce((most, x, i) => (i % 2 === part ? Math.max(most, Math.abs(x)) : most), 0);
      f64(out, 2).set([largest(0), largest(1)]);
    },

    growForestTree(growth) {
      const words = u32(growth, 34);
      const [columns, missingBins, categorical, nFeatures, nCandidates, order, entries, , nRows] =
        words.slice(4);
      const [nClasses, nShared, minSamples, maxDepth, maxLeaves, randomThresholds] = words.slice(13);
      const [nodes, leaves] = words.slice(20);
      const missingBinOf = (feature: number) => u8(missingBins, nFeatures)[feature];
      const features = u32(order, nFeatures);
      let state = words[19];
      let nNodes = 1;
      let nLeaves = nShared;

      interface Entry {
        row: number;
        weight: number;
        /** Weight times value; with classes, the weight. */
        sum: number;
        /** Or 0. */
        label: number;
      }
      const all = Array.from({ length: nRows }, (_, i): Entry => {
        const at = entries + 16 * i;
        const weight = new Float32Array(memory.buffer, at + 4, 1)[0];
        const row = u32(at, 1)[0];
        return nClasses
          ? { row, weight, sum: weight, label: u32(at + 8, 1)[0] }
          : { row, weight, sum: f64(at + 8, 1)[0], label: 0 };
      });

      const binOf = (feature: number, { row }: Entry) => u8(u32(columns, nFeatures)[feature] + row, 1)[0];
      const perClass = (rows: readonly Entry[]) => {
        const sums = new Float64Array(nClasses || 1);
        for (const { label, sum } of rows) sums[label] += sum;
        return sums;
      };
      const weightOf = (rows: readonly Entry[]) => rows.reduce((total, { weight }) => total + weight, 0);
      const isPure = (rows: readonly Entry[]) =>
        rows.every((r) =>
          nClasses ? r.label === rows[0].label : r.sum * rows[0].weight === rows[0].sum * r.weight,
        );

      function below(n: number): number {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        state >>>= 0;
        return Number((BigInt(state) * BigInt(n)) >> 32n);
      }

      interface Split {
        score: number;
        feature: number;
        bin: number;
        missing: 'left' | 'right' | 'unknown';
      }
      interface OpenNode {
        node: number;
        rows: Entry[];
        depth: number;
        split: Split;
      }

      /** The sums that a split is judged by, while rows move from right to left. */
      function sides(rows: readonly Entry[]) {
        const totals = perClass(rows);
        const lefts = new Float64Array(totals.length);
        const weight = weightOf(rows);
        const squares = rows.reduce(
          ({ sums, total }, { label, weight: w }) => {
            const before = sums[label];
            sums[label] += w;
            return { sums, total: total + w * (2 * before + w) };
          },
          { sums: new Float64Array(nClasses || 1), total: 0 },
        ).total;
        const left = { weight: 0, squares: 0, n: 0 };
        let rightSquares = squares;
        return {
          squares,
          weight,
          totals,
          move({ weight: w, label }: Entry) {
            const before = lefts[label];
            left.squares += w * (2 * before + w);
            rightSquares += w * (w - 2 * (totals[label] - before));
            lefts[label] += w;
            left.weight += w;
            left.n++;
          },
          moveCell(cell: readonly Entry[]) {
            left.weight += weightOf(cell);
            lefts[0] += perClass(cell)[0];
            left.n += cell.length;
          },
          score() {
            if (left.n < minSamples || rows.length - left.n < minSamples) return Number.NEGATIVE_INFINITY;
            const right = weight - left.weight;
            if (nClasses) return left.squares / left.weight + rightSquares / right;
            return lefts[0] ** 2 / left.weight + (totals[0] - lefts[0]) ** 2 / right;
          },
        };
      }

      function search(rows: readonly Entry[]): Split | undefined {
        let best: Split | undefined;
        function judge(score: number, feature: number, bin: number, missing: Split['missing']) {
          if (score > (best?.score ?? Number.NEGATIVE_INFINITY)) best = { score, feature, bin, missing };
        }
        for (let k = 0; k < nFeatures && (k < nCandidates || !best); k++) {
          const j = k + below(nFeatures - k);
          const feature = features[j];
          features[j] = features[k];
          features[k] = feature;
          const missingBin = missingBinOf(feature);
          const missing = rows.filter((row) => binOf(feature, row) === missingBin);
          const present = rows.filter((row) => binOf(feature, row) !== missingBin);
          const occupied = [...new Set(present.map((row) => binOf(feature, row)))].sort((a, b) => a - b);
          const inBin = (bin: number) => present.filter((row) => binOf(feature, row) === bin);
          if (randomThresholds) {
            const [first, last] = [occupied[0], occupied.at(-1)];
            if (first === undefined || last === undefined || (first === last && missing.length === 0))
              continue;
            const bin = first === last ? missingBin - 1 : first + below(last - first);
            const both = sides(rows);
            const move = (group: readonly Entry[]) => {
              if (nClasses) for (const row of group) both.move(row);
              else both.moveCell(group);
            };
            move(present.filter((row) => binOf(feature, row) <= bin));
            judge(both.score(), feature, bin, missing.length ? 'right' : 'unknown');
            if (missing.length === 0) continue;
            move(missing);
            judge(both.score(), feature, bin, 'left');
            continue;
          }
          for (const direction of missing.length ? (['right', 'left'] as const) : (['unknown'] as const)) {
            const both = sides(rows);
            const move = (group: readonly Entry[]) => {
              if (nClasses) for (const row of group) both.move(row);
              else both.moveCell(group);
            };
            if (direction === 'left') move(missing);
            occupied.forEach((bin, i) => {
              if (i === occupied.length - 1 && direction !== 'right') return;
              move(inBin(bin));
              const next = occupied[i + 1];
              const at = next === undefined ? missingBin - 1 : (bin + next - 1) >> 1;
              judge(both.score(), feature, at, direction);
            });
          }
        }
        return best;
      }

      function writeLeaf(node: number, rows: readonly Entry[]) {
        let leaf = -1;
        const sums = perClass(rows);
        if (isPure(rows) && nShared) {
          leaf = nClasses ? rows[0].label : sums[0] === 0 ? 0 : 1;
        } else {
          leaf = nLeaves++;
          const width = nClasses || 1;
          new Float32Array(memory.buffer, leaves + 4 * leaf * width, width).set(
            sums.map((sum) => sum / weightOf(rows)),
          );
        }
        u32(nodes + 8 * node, 2).set([255 * 2 ** 22, leaf]);
      }

      const open: OpenNode[] = [];
      function settle(node: number, rows: Entry[], depth: number) {
        if (!isPure(rows) && rows.length >= 2 * minSamples && (maxDepth === 0 || depth < maxDepth)) {
          const split = search(rows);
          if (split) {
            const { squares, weight, totals } = sides(rows);
            split.score -= (nClasses ? squares : totals[0] ** 2) / weight;
            open.push({ node, rows, depth, split });
            return;
          }
        }
        writeLeaf(node, rows);
      }

      settle(0, all, 0);
      for (let nEnds = 1; open.length > 0 && (maxLeaves === 0 || nEnds < maxLeaves); nEnds++) {
        if (maxLeaves) {
          let best = open.length - 1;
          for (let i = best; i > 0; i--) if (open[i - 1].split.score > open[best].split.score) best = i - 1;
          const last = open.length - 1;
          [open[best], open[last]] = [open[last], open[best]];
        }
        const { node, rows, depth, split } = open.pop() as OpenNode;
        const goesLeft = (row: Entry) => {
          const bin = binOf(split.feature, row);
          return bin <= split.bin || (bin === missingBinOf(split.feature) && split.missing === 'left');
        };
        const left = rows.filter(goesLeft);
        const right = rows.filter((row) => !goesLeft(row));
        const missingLeft =
          split.missing === 'unknown' ? left.length > right.length : split.missing === 'left';
        const flags = (missingLeft ? 2 ** 30 : 0) + (u8(categorical, nFeatures)[split.feature] ? 2 ** 31 : 0);
        u32(nodes + 8 * node, 2).set([split.feature + split.bin * 2 ** 22 + flags, nNodes]);
        const children = [
          { node: nNodes, rows: left },
          { node: nNodes + 1, rows: right },
        ];
        nNodes += 2;
        if (left.length <= right.length) children.reverse();
        for (const child of children) settle(child.node, child.rows, depth + 1);
      }
      for (const { node, rows } of open.reverse()) writeLeaf(node, rows);
      words.set([nNodes, nLeaves], 32);
    },

    sumCategories(column, entries, n, oneClass, cells) {
      for (let i = 0; i < n; i++) {
        const at = entries + 16 * i;
        const weight = new Float32Array(memory.buffer, at + 4, 1)[0];
        const value = u32(at + 8, 1)[0] === oneClass ? weight : 0;
        const cell = f64(cells + 16 * u8(column + u32(at, 1)[0], 1)[0], 2);
        cell[0] += weight;
        cell[1] += oneClass < 0 ? f64(at + 8, 1)[0] : value;
      }
    },

    mapBins(column, n, map, out) {
      u8(out, n).set(u8(column, n).map((bin) => u8(map, 256)[bin]));
    },

    addForestTree(nodes, missingBins, maps, leaves, nOutputs, rowBins, rowStride, rows, n, out) {
      for (let i = 0; i < n; i++) {
        const row = rows ? u32(rows, n)[i] : i;
        let node = 0;
        for (;;) {
          const [word, target] = u32(nodes + 8 * node, 2);
          const feature = word & 0x3fffff;
          const last = (word >>> 22) & 255;
          if (last === 255) {
            const leaf = new Float32Array(memory.buffer, leaves + 4 * target * nOutputs, nOutputs);
            leaf.forEach((x, k) => {
              f64(out + 8 * row * nOutputs, nOutputs)[k] += x;
            });
            break;
          }
          const given = u8(rowBins + row * rowStride + feature, 1)[0];
          const bin = word >>> 31 ? u8(u32(maps, feature + 1)[feature] + given, 1)[0] : given;
          const missingLeft = ((word >>> 30) & 1) === 1 && bin === u8(missingBins + feature, 1)[0];
          node = target + (bin <= last || missingLeft ? 0 : 1);
        }
      }
    },
  };
}

/** To the nearest whole number, halves to the even one, as processors do. */
function roundEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function draw(seed: number, feature: number): number {
  let h = seed ^ Math.imul(feature, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
