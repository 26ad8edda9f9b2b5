"""Divides a table once for everybody: `quality_split.py DATA.csv TARGET SEED OUT [--by-class]`.

Writes OUT/train.csv (70% of the rows), OUT/test.csv (the rest without the target) and OUT/truth.csv (their target). Cells
are copied as text. With --by-class every class is divided 70 to 30. The standard library alone, whose generator draws the
same numbers in every version, so that the rows are the same on every machine.
"""
import csv
import os
import random
import sys

TRAIN_SHARE = 0.7


def divide(rows, at, seed, by_class):
    """Returns the row numbers of both parts, each in the order of the file."""
    generator = random.Random(seed)
    groups = {}
    for i, row in enumerate(rows):
        groups.setdefault(row[at] if by_class else "", []).append(i)
    train = set()
    for name in sorted(groups):
        members = groups[name]
        generator.shuffle(members)
        train.update(members[: round(len(members) * TRAIN_SHARE)])
    return sorted(train), [i for i in range(len(rows)) if i not in train]


def write(path, head, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main():
    path, target, seed, out = sys.argv[1:5]
    with open(path, newline="") as file:
        head, *rows = csv.reader(file)
    at = head.index(target)
    rows = [row for row in rows if row[at] != ""]
    train, test = divide(rows, at, int(seed), "--by-class" in sys.argv)
    without = lambda row: row[:at] + row[at + 1 :]
    write(os.path.join(out, "train.csv"), head, [rows[i] for i in train])
    write(os.path.join(out, "test.csv"), without(head), [without(rows[i]) for i in test])
    write(os.path.join(out, "truth.csv"), [target], [[rows[i][at]] for i in test])


main()
