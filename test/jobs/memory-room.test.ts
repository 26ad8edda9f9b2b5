import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryRoom } from '../../jobs/memory-room.ts';

const never = new AbortController().signal;

/** Everything that was let in by now has said so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a memory room', () => {
  it('lets in, in the order in which they came, whoever fits beside those inside', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ mb: fc.integer({ min: 1, max: 150 }), stays: fc.nat({ max: 5 }) }), {
          minLength: 1,
          maxLength: 30,
        }),
        async (guests) => {
          const room = new MemoryRoom(100);
          const entered: number[] = [];
          const inside = new Map<number, { leave: () => void; until: number; mb: number }>();
          let now = 0;
          for (const [guest, { mb, stays }] of guests.entries()) {
            void room.enter(mb, never).then((leave) => {
              entered.push(guest);
              inside.set(guest, { leave, until: now + stays, mb });
            });
          }
          for (; entered.length < guests.length || inside.size > 0; now++) {
            await settle();
            const taken = [...inside.values()].reduce((sum, { mb }) => sum + mb, 0);
            expect(inside.size <= 1 || taken <= 100).toBe(true);
            expect(room.inside).toBe(inside.size);
            // Nobody waits who could be inside.
            const next = guests[entered.length];
            expect(next === undefined || (inside.size > 0 && taken + Math.min(next.mb, 100) > 100)).toBe(
              true,
            );
            for (const [guest, { leave, until }] of inside) {
              if (until > now) continue;
              leave();
              inside.delete(guest);
            }
          }
          expect(entered).toEqual(guests.map((_, guest) => guest));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('forgets whoever gives up waiting, and lets in those behind', async () => {
    const room = new MemoryRoom(100);
    const leave = await room.enter(80, never);
    const controller = new AbortController();
    const large = room.enter(50, controller.signal);
    const small = room.enter(20, never);
    await settle();
    expect(room.inside).toBe(1);
    controller.abort(new Error('no more'));
    await expect(large).rejects.toThrow('no more');
    await small;
    expect(room.inside).toBe(2);
    leave();
    leave(); // harmless
    expect(room.inside).toBe(1);
  });

  it('lets nobody in whose signal has aborted', async () => {
    const room = new MemoryRoom(100);
    await expect(room.enter(1, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(room.inside).toBe(0);
  });
});
