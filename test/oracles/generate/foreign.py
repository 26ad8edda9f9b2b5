"""Models of somebody else for a table of six columns: ONNX files, and what scikit-learn says of the first rows."""
import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
import skl2onnx
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
OUT = Path(__file__).parent.parent / "foreign"
ROWS = 240

# As smallCsv in test/support/app.ts.
size = np.array([(i * 37) % 101 for i in range(ROWS)], dtype=np.float32)
colour = np.array([["red", "green", "blue"][(i * 7) % 3] for i in range(ROWS)])
noise = np.array([(i * 53) % 97 for i in range(ROWS)], dtype=np.float32)
label = np.array(
    ["yes" if size[i] + (30 if colour[i] == "red" else 0) + (int(noise[i]) % 23) > 70 else "no" for i in range(ROWS)]
)


def save(name, model, types, maps=True):
    options = None if maps else {id(model): {"zipmap": False}}
    onnx = to_onnx(model, initial_types=types, options=options, target_opset={"": 15, "ai.onnx.ml": 3})
    (OUT / f"{name}.onnx").write_bytes(onnx.SerializeToString())


expected = {"scikit-learn": sklearn.__version__, "skl2onnx": skl2onnx.__version__}

# An input for each column, words among them; labels are words.
table = np.empty((ROWS, 3), dtype=object)
table[:, 0], table[:, 1], table[:, 2] = size, colour, noise
named = make_pipeline(
    ColumnTransformer([("words", OneHotEncoder(), [1]), ("numbers", StandardScaler(), [0, 2])]),
    LogisticRegression(),
).fit(table, label)
types = [
    ("size", FloatTensorType([None, 1])),
    ("colour", StringTensorType([None, 1])),
    ("noise", Int64TensorType([None, 1])),
]
save("named", named, types, maps=False)
expected["named"] = named.predict_proba(table)[:12, 1].tolist()

# One matrix, labels as numbers, probabilities as maps: only the labels can be read.
matrix = np.column_stack([size, noise])
codes = (label == "yes").astype(np.int64)
maps = LogisticRegression().fit(matrix, codes)
save("maps", maps, [("X", FloatTensorType([None, 2]))])
expected["maps"] = maps.predict(matrix)[:12].tolist()

# Three classes, whose order only the labels tell.
several = RandomForestClassifier(5, max_depth=3, random_state=1).fit(np.column_stack([size, noise]), colour)
save("several", several, [("X", FloatTensorType([None, 2]))], maps=False)
expected["several"] = several.predict(np.column_stack([size, noise]))[:12].tolist()

# A number.
number = GradientBoostingRegressor(n_estimators=5, max_depth=2, random_state=1).fit(matrix, size * 2 + noise)
save("number", number, [("X", FloatTensorType([None, 2]))])
expected["number"] = number.predict(matrix)[:12].tolist()

(OUT / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
