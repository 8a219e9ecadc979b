/** The controls of a page, in all shadow roots: what each is called, whether it can act, and why it cannot. */

/** What a person can press; a link leads somewhere by its address and is not pressed here. */
const PRESSABLE = 'wa-button, button, summary, select, wa-details, wa-checkbox, wa-radio';

/** The tab that is open already: to press it changes nothing. */
const CHOSEN = '[role=tab][aria-selected=true]';

/** One control on a page. */
export interface Control {
  /** The element that it is in, and its name: `board-tools: Back up the whole flash`. */
  readonly name: string;
  readonly disabled: boolean;
  /** The description that a screen reader reads out and a pointer shows; empty if there is none. */
  readonly description: string;
  press(): void;
  /** Whether the focus is on it, where a press leaves it unless it leads elsewhere. */
  isFocused(): boolean;
}

/** Every visible control below a root, in document order. */
export function controlsIn(root: ParentNode, within = ''): Control[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    if (!(element instanceof HTMLElement) || !element.checkVisibility()) return [];
    const own = element.matches(PRESSABLE) && !element.matches(CHOSEN) ? [controlOf(element, within)] : [];
    // The parts of a ready-made control are the control itself.
    const deep = element.shadowRoot === null || element.localName.startsWith('wa-') ? null : element.shadowRoot;
    return [...own, ...(deep === null ? [] : controlsIn(deep, element.localName))];
  });
}

function controlOf(element: HTMLElement, within: string): Control {
  const label = element.getAttribute('summary') ?? element.getAttribute('aria-label') ?? element.textContent;
  const name = element instanceof HTMLSelectElement ? element.id : label.replace(/\s+/g, ' ').trim();
  const described = (element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => {
    const root = element.getRootNode();
    return root instanceof ShadowRoot && id !== '' ? (root.getElementById(id)?.textContent ?? '') : '';
  });
  return {
    name: `${within}: ${name.slice(0, 60)}`,
    disabled: 'disabled' in element && element.disabled === true,
    description: [element.title, ...described].join(' ').trim(),
    press: () => press(element),
    isFocused: () => element.matches(':focus, :focus-within'),
  };
}

function press(element: HTMLElement): void {
  element.focus();
  if (element instanceof HTMLSelectElement) {
    // The last choice of a baud rate is the fastest: at the first, all that is pressed afterwards would take minutes of silicon.
    const other = [...element.options].findLast(({ value }) => value !== element.value);
    element.value = other?.value ?? element.value;
    element.dispatchEvent(new Event('change'));
  } else if (element.localName === 'wa-details') element.toggleAttribute('open');
  else element.click();
}

/** Everything that a page shows: the markup of all shadow roots, and what is chosen and open. */
export function shownBy(page: Document): string {
  const roots: ShadowRoot[] = [];
  const chosen: string[] = [];
  const look = (root: ParentNode): void => {
    for (const element of root.querySelectorAll('*')) {
      if (element instanceof HTMLSelectElement || element instanceof HTMLInputElement) chosen.push(element.value);
      if ('open' in element) chosen.push(String(element.open));
      if (element.shadowRoot === null) continue;
      roots.push(element.shadowRoot);
      look(element.shadowRoot);
    }
  };
  look(page);
  const markup = page.documentElement.getHTML({ shadowRoots: roots });
  // Comments are where a template put its parts.
  return [markup.replace(/<!--.*?-->/gs, ''), ...chosen].join('\n');
}
