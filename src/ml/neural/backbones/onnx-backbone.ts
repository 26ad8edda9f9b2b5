/** ONNX models, by onnxruntime on WebAssembly: frozen. */
import * as tf from '@tensorflow/tfjs-core';
import type { InferenceSession } from 'onnxruntime-web';
import { ModelwrightError } from '../../../errors/errors.ts';
import { loadOnnxRuntime, type OnnxRuntime, openOnnxSession } from '../onnx-session.ts';
import type { Backbone, BackboneSettings } from './backbone.ts';
import { unreadable } from './backbone-files.ts';
import type { ImageInput } from './image-batch.ts';
import { pooled } from './pooling.ts';

/** @throws BACKBONE_UNREADABLE, BACKBONE_ENGINE_MISSING */
export async function openOnnx(model: Uint8Array, settings: BackboneSettings): Promise<Backbone> {
  const { name } = settings;
  const runtime = await loadOnnxRuntime();
  if (!runtime) throw new ModelwrightError('BACKBONE_ENGINE_MISSING', { name });
  try {
    const session = await openOnnxSession(runtime, model);
    const { input, isChannelsFirst } = imageInput(session, settings);
    const embed = embedder(runtime, session, settings, isChannelsFirst);
    const blank = tf.zeros([1, input.height, input.width, input.channels]) as tf.Tensor4D;
    const { length: nFeatures } = await embed(blank);
    blank.dispose();
    return { name, format: 'onnx', input, nFeatures, embed, dispose: () => void session.release() };
  } catch (error) {
    if (error instanceof ModelwrightError) throw error;
    throw unreadable(name, error instanceof Error ? error.message : String(error), error);
  }
}

function embedder(
  runtime: OnnxRuntime,
  session: InferenceSession,
  { name, output: wanted }: BackboneSettings,
  isChannelsFirst: boolean,
): Backbone['embed'] {
  const output = wanted ?? session.outputNames[0];
  if (output === undefined || !session.outputNames.includes(output)) {
    throw unreadable(name, `it has no output "${output}", only ${session.outputNames.join(', ')}`);
  }
  return async (images) => {
    const arranged = isChannelsFirst ? tf.transpose(images, [0, 3, 1, 2]) : images;
    const feed = new runtime.Tensor('float32', (await arranged.data()) as Float32Array, arranged.shape);
    if (isChannelsFirst) arranged.dispose();
    const result = (await session.run({ [session.inputNames[0] as string]: feed }, [output]))[output];
    if (result?.type !== 'float32') throw unreadable(name, `its output is ${result?.type}, not float32`);
    const features = tf.tidy(() =>
      pooled(
        tf.tensor(result.data as Float32Array, [...result.dims]),
        isChannelsFirst ? 'channels-first' : 'channels-last',
      ),
    );
    const values = (await features.data()) as Float32Array;
    features.dispose();
    return values;
  };
}

/** ONNX says of an input what it is, in its own order of axes: the one that is 1 or 3 wide holds the channels. */
function imageInput(
  session: InferenceSession,
  { name, normalisation, side = 224 }: BackboneSettings,
): { input: ImageInput; isChannelsFirst: boolean } {
  const described = session.inputMetadata[0];
  const shape = described?.isTensor && described.type === 'float32' ? described.shape : [];
  const isImage = (size: unknown) => size === 1 || size === 3;
  const isChannelsFirst = isImage(shape[1]);
  if (session.inputNames.length !== 1 || shape.length !== 4 || !(isChannelsFirst || isImage(shape[3]))) {
    throw unreadable(name, 'it does not read images of 1 or 3 channels as float32');
  }
  const known = (size: number | string | undefined) => (typeof size === 'number' && size > 0 ? size : side);
  const [height, width, channels] = isChannelsFirst
    ? [shape[2], shape[3], shape[1]]
    : [shape[1], shape[2], shape[3]];
  const input = { height: known(height), width: known(width), channels: channels as number, normalisation };
  return { input, isChannelsFirst };
}
