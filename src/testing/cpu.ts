/** Time that a test itself used, where other processes on the machine must not fail it. */

/** Starts measuring; the function that it returns gives the milliseconds of processor time used since, in all threads. */
export function cpuTimer(): () => number {
  const from = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
}
