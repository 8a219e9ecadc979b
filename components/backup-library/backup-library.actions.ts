/** What can be done with one backup: its buttons, its menu, and the question before it is deleted. */
import '@awesome.me/webawesome/dist/components/button/button.js';
import type { TemplateResult } from 'lit';
import { html, nothing } from 'lit';
import type { BinaryPart } from '../../src/backups/binary-file.ts';
import type { LibraryItem } from '../../src/backups/library-view.ts';
import { rowsOf } from '../bundle-maker/bundle-maker.words.ts';
import { firstIn } from '../contents-view/contents-view.places.ts';
import type { PassphraseAsk } from '../passphrase-dialog/passphrase-dialog.ts';
import { sendBundleAsk, sendIntent, sendLibraryIntent, sendLook } from '../shared/events.ts';
import { renderMenu } from './backup-library.parts.ts';
import type { fits } from './backup-library.words.ts';
import { lossOf, mainPart, neededBy, partTitle, titleOf } from './backup-library.words.ts';

/** The action of a backup of another board, which asks first. */
export const TO_THIS = 'Restore to this board';

/** Why nothing can be done with a backup while another one is worked on. */
export const WAIT = 'Wait until the current work on the backups has ended.';

/** The backup whose passphrase is asked for, and what for. */
export type AskedOf = PassphraseAsk & { readonly id: string };

/** What the actions need of the library that shows them, and what they ask of it. */
export interface Acting {
  /** The element that sends the intents. */
  readonly sender: HTMLElement;
  /** In ms since 1970. */
  readonly now: number;
  /** Why nothing can be restored at the moment; empty if something can. */
  readonly hold: string;
  /** Whether a backup is being worked on. */
  readonly isBusy: boolean;
  readonly ask: (asked: AskedOf) => void;
  readonly askToDelete: (id: string) => void;
  readonly keep: (id: string) => void;
  /** Called before the intent that deletes a backup. */
  readonly onDelete: () => void;
}

/** The actions of a backup: the usual ones as buttons, all others in a menu. */
export function renderActions(item: LibraryItem, fit: ReturnType<typeof fits>, acting: Acting): TemplateResult {
  const { id, name: ownName, plain, fits: open } = item;
  const { sender, hold, now } = acting;
  const encrypted = open === null;
  const title = titleOf(item, now);
  const main = mainPart(item);
  const others = plain.filter((part) => part !== main);
  const place = firstIn(item);
  const needed = neededBy(item) ?? '';
  const ask = (what: PassphraseAsk['for']) => () => acting.ask({ id, for: what, name: title });
  const saveBytes =
    ({ region, address, size }: BinaryPart) =>
    () =>
      sendLibraryIntent(sender, { do: 'save-bytes', id, range: { region, address, size } });
  const button = (name: string, click: () => void, why = '', of = title) =>
    renderButton({ id, name, of, why, click }, acting);
  const restore = (name: string) => button(name, () => sendIntent(sender, { do: 'restore', backup: id }), hold);
  return html`<div class="actions">
    ${fit === 'same' ? restore('Restore') : nothing} ${encrypted ? button('Decrypt', ask('open')) : nothing}
    ${place === null ? nothing : button('Look inside', () => sendLook(sender, place))}
    ${main === null ? nothing : button('Save as .bin', saveBytes(main), '', `${partTitle(main)}, of ${title}`)}
    ${renderMenu(
      id,
      title,
      html`${fit === 'equal' ? restore(TO_THIS) : nothing}
      ${others.map((part) => button(`Save ${partTitle(part)} as .bin`, saveBytes(part), '', `of ${title}`))}
      ${
        // An encrypted backup is exported as it is: only its passphrase opens the file too.
        button(
          'Export',
          encrypted ? () => sendLibraryIntent(sender, { do: 'export-backup', id, passphrase: null }) : ask('export'),
        )
      }
      ${
        open === null
          ? nothing
          : button('Make a recovery bundle', () =>
              sendBundleAsk(sender, { of: 'backup', id, name: ownName, rows: rowsOf(open.layout, plain) }),
            )
      }
      ${encrypted ? nothing : button('Encrypt', ask('encrypt'), needed)}
      ${button('Delete', () => acting.askToDelete(id), needed)}`,
    )}
  </div>`;
}

/** An action of one backup; `of` distinguishes it for those who hear it, `why` is why it cannot be done now. */
interface Action {
  readonly id: string;
  readonly name: string;
  readonly of: string;
  readonly why: string;
  readonly click: () => void;
}

function renderButton({ id, name, of, why, click }: Action, { isBusy }: Acting): TemplateResult {
  return html`<wa-button
    size="s"
    appearance=${name === 'Restore' || name === 'Decrypt' ? 'outlined' : 'plain'}
    variant=${name === 'Delete' ? 'danger' : 'neutral'}
    ?disabled=${isBusy || why !== ''}
    title=${isBusy ? WAIT : why}
    data-does=${`${name} ${id}`}
    @click=${click}
    >${name}<span class="hidden"> ${of}</span></wa-button
  >`;
}

/** The question before a backup is deleted, in the place of its actions. */
export function renderDeleting(item: LibraryItem, { sender, now, keep, onDelete }: Acting): TemplateResult {
  const { id } = item;
  return html`<div class="actions deleting" role="group" aria-label=${`Delete ${titleOf(item, now)}?`}>
    <p class="small">${lossOf(item)}</p>
    <wa-button
      size="s"
      variant="danger"
      appearance="outlined"
      @click=${() => {
        onDelete();
        sendLibraryIntent(sender, { do: 'delete-backup', id });
      }}
      >Delete</wa-button
    >
    <wa-button size="s" appearance="outlined" data-does="Keep" @click=${() => keep(id)}>Keep it</wa-button>
  </div>`;
}
