"""Divides a table once for everybody: `quality_split.py DATA.csv TARGET SEED OUT [--by-class] [--fold I/K]`.

Writes OUT/train.csv (70% of the rows), OUT/test.csv (the rest without the target) and OUT/truth.csv (their target), or with
--fold the I-th (from 0) of K folds as the test. Cells are copied as text. With --by-class every class is divided so. The
standard library alone, whose generator draws the same numbers in every version, so that the rows are the same on every
machine.
"""
import argparse
import csv
import os
import random

TRAIN_SHARE = 0.7


def divide(rows, at, seed, by_class, fold):
    """Returns the row numbers of both parts, each in the order of the file."""
    generator = random.Random(seed)
    groups = {}
    for i, row in enumerate(rows):
        groups.setdefault(row[at] if by_class else "", []).append(i)
    train = set()
    for name in sorted(groups):
        members = groups[name]
        generator.shuffle(members)
        if fold is None:
            train.update(members[: round(len(members) * TRAIN_SHARE)])
        else:
            train.update(set(members) - set(members[fold[0] :: fold[1]]))
    return sorted(train), [i for i in range(len(rows)) if i not in train]


def write(path, head, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser()
    for name in ["data", "target", "seed", "out"]:
        parser.add_argument(name)
    parser.add_argument("--by-class", action="store_true")
    parser.add_argument("--fold", type=lambda text: [int(part) for part in text.split("/")])
    options = parser.parse_args()
    with open(options.data, newline="") as file:
        head, *rows = csv.reader(file)
    at = head.index(options.target)
    rows = [row for row in rows if row[at] != ""]
    train, test = divide(rows, at, int(options.seed), options.by_class, options.fold)
    out = options.out
    without = lambda row: row[:at] + row[at + 1 :]
    write(os.path.join(out, "train.csv"), head, [rows[i] for i in train])
    write(os.path.join(out, "test.csv"), without(head), [without(rows[i]) for i in test])
    write(os.path.join(out, "truth.csv"), [options.target], [[rows[i][at]] for i in test])


main()
