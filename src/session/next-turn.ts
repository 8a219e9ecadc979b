/** Lets other tasks of this thread run: without a timer, because browsers delay those of nested calls by 4 ms. */

/** Resolves after the tasks that wait now. */
export function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      // An open port would keep Node running.
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
