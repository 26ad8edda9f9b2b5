/** Loaded first in a training thread that runs from source. `--import tsx` itself registers its module hooks on the
 *  main thread only: in a thread, static imports of TypeScript would work and `import()` would not. */
import { register } from 'tsx/esm/api';

register();
