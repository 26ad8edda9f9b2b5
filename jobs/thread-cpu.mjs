/** CPU seconds that the calling thread has used. Plain JavaScript, so that helper threads need no loader. */
import { readFileSync } from 'node:fs';

/** `process.cpuUsage` counts the whole process, so several trials at once would each be charged for all of them.
 *  Linux tells a thread's own time; elsewhere the time that its event loop was busy comes close, since a training
 *  thread does nothing but compute.
 *  @returns {number} */
export function threadCpuSeconds() {
  try {
    const fields = readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    if (Number.isFinite(ticks)) return ticks / 100;
  } catch {
    // Not Linux.
  }
  return performance.eventLoopUtilization().active / 1000;
}
