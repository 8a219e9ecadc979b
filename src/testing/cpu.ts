/** Time and memory that a test itself used, where other processes on the machine must not fail it. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Starts measuring; the function that it returns gives the milliseconds of processor time used since, in all threads. */
export function cpuTimer(): () => number {
  const from = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
}

/**
 * Starts measuring; the function that it returns gives the MiB by which this process' peak of resident memory since then
 * exceeds what it had at the start. Elsewhere than on Linux only what it has at the end counts (proc(5), `clear_refs`).
 */
export function memoryMeter(): () => number {
  const from = process.memoryUsage().rss;
  const isLinux = process.platform === 'linux';
  // 5 resets the peak.
  if (isLinux) writeFileSync('/proc/self/clear_refs', '5');
  return () => {
    const [, peak] = isLinux ? (/^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []) : [];
    const now = peak === undefined ? process.memoryUsage().rss : Number(peak) * 1024;
    return (now - from) / (1 << 20);
  };
}
