/** A process that writes to a store until it is killed, and says what it was told is safe.
 *  Arguments: the folder. */
import { openStore } from '../../src/store/store.ts';

const store = await openStore({ directory: process.argv[2] });
for (let i = 0; ; i++) {
  await store.inbox.record(`Ev${i}`, { text: 'x'.repeat(1000) });
  process.stdout.write(`${i}\n`);
}
