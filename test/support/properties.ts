/** Property tests draw the same examples in every run, so that a change is judged by what it changes. To search for
 *  new ones, set PROPERTY_SEED to other numbers: `PROPERTY_SEED=7 npx vitest run test/ml`. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) });
