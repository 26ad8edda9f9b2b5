#!/usr/bin/env bash
# Installs @tensorflow/tfjs-node where only package registries can be reached: its own install downloads libtensorflow and
# a compiled addon from elsewhere. Here the package comes from npm, the addon is compiled from the sources that it ships,
# and libtensorflow with its headers is the one inside the wheel tensorflow-cpu of PyPI (270 MB; 850 MB unpacked).
#
#   scripts/build-tfjs-node.sh            x86-64 Linux with g++, python3 with pip, npm; 1 to 3 minutes
#
# TENSORFLOW_WHEEL names a wheel that is there already. Nothing is written to package.json; `npm ci` takes it away again.
set -euo pipefail
cd "$(dirname "$0")/.."

TFJS_NODE=4.22.0
TENSORFLOW=2.21.0

fail() { printf 'build-tfjs-node: %s\n' "$*" >&2; exit 1; }
for tool in g++ npm node python3; do command -v "$tool" >/dev/null || fail "$tool is needed"; done

# Node-API, the only part of Node that the addon knows: with the installation, else from npm.
headers=''
for folder in "$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node" /usr/include/node; do
  if [ -f "$folder/node_api.h" ]; then headers=$folder && break; fi
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Every package's install script is left out: that of tfjs-node is what would download.
npm install --no-save --ignore-scripts --no-audit --no-fund "@tensorflow/tfjs-node@$TFJS_NODE" >/dev/null
if [ -z "$headers" ]; then
  npm pack --silent --pack-destination "$scratch" node-api-headers >/dev/null
  tar -xzf "$scratch"/node-api-headers-*.tgz -C "$scratch"
  headers=$scratch/package/include
fi

wheel=${TENSORFLOW_WHEEL:-}
if [ -z "$wheel" ]; then
  python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$scratch" "tensorflow-cpu==$TENSORFLOW" ||
    fail "pip does not find tensorflow-cpu $TENSORFLOW for $(python3 --version) on $(uname -m)"
  wheel=$(ls "$scratch"/tensorflow_cpu-*.whl)
fi

package=node_modules/@tensorflow/tfjs-node
deps=$package/deps
rm -rf "$deps"
python3 - "$wheel" "$deps" <<'SCRIPT'
"""The two libraries to deps/lib, and the headers that the C interface includes to deps/include."""
import shutil, sys, zipfile
from pathlib import Path

wheel, deps = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
for entry in wheel.namelist():
    parts = entry.split('/')
    if parts[:2] == ['tensorflow', 'include'] and parts[2] in ('tensorflow', 'xla', 'tsl') and entry.endswith('.h'):
        target = deps.joinpath('include', *parts[2:])
    elif len(parts) == 2 and parts[1] in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'):
        target = deps / 'lib' / parts[1]
    else:
        continue
    target.parent.mkdir(parents=True, exist_ok=True)
    with wheel.open(entry) as source, open(target, 'wb') as out:
        shutil.copyfileobj(source, out, 1 << 20)
SCRIPT

# Where tfjs-node looks for the addon: lib/napi-vN, the highest N that both it and this Node know.
napi=$(node -p "Math.max(...require('./$package/package.json').binary.napi_versions.filter((n) => n <= process.versions.napi))")
mkdir -p "$package/lib/napi-v$napi"
g++ -shared -fPIC -O2 -std=c++17 "-DNAPI_VERSION=$napi" \
  -I "$headers" -I "$deps/include" -I "$package" \
  "$package"/binding/tfjs_backend.cc "$package"/binding/tfjs_binding.cc \
  "$deps/lib/libtensorflow_cc.so.2" "$deps/lib/libtensorflow_framework.so.2" \
  '-Wl,-rpath,$ORIGIN/../../deps/lib' \
  -o "$package/lib/napi-v$napi/tfjs_binding.node"

TF_CPP_MIN_LOG_LEVEL=2 node -e "
const tf = require('@tensorflow/tfjs-node');
const [sum] = tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).dataSync();
if (tf.getBackend() !== 'tensorflow' || sum !== 3) throw new Error('the addon does not compute');
console.log('@tensorflow/tfjs-node ' + tf.version['tfjs-node'] + ' computes with TensorFlow ' + tf.backend().binding.TF_Version);
"
