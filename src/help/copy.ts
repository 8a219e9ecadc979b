/** Copies what stands in a box: the help page names nothing of the browser but its own document. */

/**
 * Selects the text of the box before a button and copies it; says on the button what came of it. Where the browser refuses, the
 * text is selected, and a person copies it.
 */
export function copyBeside({ currentTarget }: Event): void {
  if (!(currentTarget instanceof HTMLElement)) return;
  const box = currentTarget.previousElementSibling;
  if (box === null) return;
  getSelection()?.selectAllChildren(box);
  currentTarget.textContent = document.execCommand('copy') ? 'Copied' : 'Selected';
}
