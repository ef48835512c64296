"""Write digits.h and iris.h beside this file from scikit-learn's digits.csv.gz and iris.csv:

    python3 make.py FOLDER      (FOLDER = sklearn/datasets/data of an installed scikit-learn)

digits: one string per image, the label and then 64 values 0 .. 16 row by row: three values a, b, c make the number
289 a + 17 b + c, written with two digits of base 71; the 64th value is one digit. Digit d is the character 35 + d, with
'?' and the backslash left out. iris: tenths of a centimetre."""
import csv
import gzip
import pathlib
import sys

here = pathlib.Path(__file__).parent
source = pathlib.Path(sys.argv[1])


def char(d):
    code = 35 + d
    code += code >= 63
    code += code >= 92
    return chr(code)


def image(values):
    text = ""
    for i in range(0, 63, 3):
        number = 289 * values[i] + 17 * values[i + 1] + values[i + 2]
        text += char(number // 71) + char(number % 71)
    return text + char(values[63])


lines = []
with gzip.open(source / "digits.csv.gz", "rt") as f:
    for row in csv.reader(f):
        numbers = [int(float(v)) for v in row]
        lines.append(f'"{numbers[64]}{image(numbers[:64])}",')
assert len(lines) == 1797
with open(here / "digits.h", "w") as f:
    f.write("/* digits.h - made by make.py, which tells how an image is written. */\n")
    for i in range(0, len(lines), 2):
        f.write("".join(lines[i:i + 2]) + "\n")

rows = []
with open(source / "iris.csv") as f:
    for row in list(csv.reader(f))[1:]:
        rows.append([round(10 * float(v)) for v in row[:4]] + [int(row[4])])
assert [r[4] for r in rows] == [0] * 50 + [1] * 50 + [2] * 50
with open(here / "iris.h", "w") as f:
    f.write("/* iris.h - made by make.py: 50 flowers of each class in turn. */\n")
    for i in range(0, 150, 5):
        f.write(" ".join("{" + ", ".join(map(str, r[:4])) + "}," for r in rows[i:i + 5]) + "\n")
