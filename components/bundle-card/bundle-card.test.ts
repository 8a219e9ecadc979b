import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { keys, signed, unsigned } from '../gallery/fixtures.bundles.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { BundleCard } from './bundle-card.ts';

const [other] = keys;
const show = (bundle = signed, known = keys) =>
  mount(html`<bundle-card .bundle=${bundle} .keys=${known}></bundle-card>`, BundleCard);

describe('a recovery bundle', () => {
  test.each([
    ['unsigned', unsigned, keys],
    ['signed by someone known', signed, keys],
    ['signed by someone unknown', signed, []],
  ])('%s: axe finds nothing', async (_, bundle, known) => {
    expect(await axeViolations(await show(bundle, known))).toEqual([]);
  });

  test('says which boards it fits, what it brings, and that the settings stay', async () => {
    const shown = text(await show());
    expect(shown).toContain('Fits ESP32 with at least 4 MiB of flash');
    expect(shown).toContain('Brings bootloader, partition table, otadata (what starts), app0 (app), fs (files)');
    expect(shown).toContain('Stays as it is nvs (settings), app1 (app)');
    expect(shown).toContain('For boards of the first series.');
  });

  test('unsigned says so plainly', async () => {
    expect(text(await show(unsigned))).toContain('Not signed. Nothing shows who made it');
  });

  test('signed with a known key says by whom, and with the owner’s own that it is theirs', async () => {
    expect(text(await show())).toContain('Signed by Raft release; it has not changed since. 21FE 31DF');
    const own = other === undefined ? [] : [{ ...other, own: true }];
    expect(text(await show(signed, own))).toContain('Signed by Raft release, with your own key');
  });

  test('signed with an unknown key shows its fingerprint, and the key can be given a name', async () => {
    const card = await show(signed, []);
    expect(text(card)).toContain('Signed with a key that you do not know.');
    expect(text(card)).toContain(signed.signer?.fingerprint ?? '-');
    inside(card, 'wa-button', HTMLElement).click();
    await settle(card);
    const field = inside(card, 'input', HTMLInputElement);
    expect(card.shadowRoot?.activeElement).toBe(field);
    // Without a name nothing is remembered.
    inside(card, 'wa-button', HTMLElement).click();
    const known = next(card, 'sectorwise-library');
    field.value = ' Rob ';
    inside(card, 'wa-button', HTMLElement).click();
    expect((await known).detail).toEqual({ do: 'know-key', key: signed.signer?.key, name: 'Rob' });
  });
});
