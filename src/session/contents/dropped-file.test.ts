/** A dropped file is looked into and changed before it is written; the file itself, and what is chosen beside it, stay as they are. */
import { describe, expect, test } from 'vitest';
import type { Family } from '../../flash/family.ts';
import { placeOfFile } from '../../flash/partition-contents.ts';
import { connectedOf, drop, flash, makeWorld, workOf } from '../../testing/plain-world.ts';

const set = (key: string, value: string) => ({ edit: 'set', namespace: 'a', key, type: 'u8', value }) as const;

/** Files whose bytes are settings, by their offsets. */
const openStored: NonNullable<Family['openStored']> = async ({ bytes }) => {
  const settings = [...(await bytes.read(0, bytes.size))].map((value, i) => ({
    namespace: 'a',
    key: String(i),
    type: 'u8',
    value: String(value),
    size: 1,
    secret: false,
  }));
  return {
    listing: { kind: 'settings', format: 'Bytes', details: '', settings, types: ['u8'], findings: [] },
    readFile: () => Promise.reject(new RangeError('no files')),
  };
};
const editStored: NonNullable<Family['editStored']> = ({ data }, edits) => {
  const changed = data.slice();
  for (const edit of edits) {
    if (edit.edit !== 'set') continue;
    if (Number(edit.key) >= data.length)
      return Promise.resolve({
        refusal: {
          kind: 'bad-setting',
          place: { in: 'device' },
          values: {},
          says: 'No such byte.',
          next: 'Choose another.',
        },
      });
    changed[Number(edit.key)] = Number(edit.value);
  }
  return Promise.resolve({
    data: changed,
    changes: edits.flatMap((edit) => (edit.edit === 'set' ? [`a/${edit.key}`] : [])),
  });
};

async function opened() {
  const made = makeWorld({ openStored, editStored });
  await made.session.connect();
  await drop(made.session, 8, 50, 51, 52);
  const [file] = connectedOf(made.session).files;
  if (file === undefined) throw new Error('nothing was dropped');
  return { ...made, file, range: placeOfFile(file.id, file.size) };
}

describe('a dropped file', () => {
  test('is looked into without reading the board', async () => {
    const { session, world, range } = await opened();
    world.fault = (step) => {
      throw new Error(`the board was asked to ${step}`);
    };
    await session.dispatch({ do: 'open-contents', range });
    expect(connectedOf(session).contents).toMatchObject({ range, listing: { settings: [{ value: '50' }, {}, {}] } });
    await session.dispatch({ do: 'read-bytes', range, offset: 1, size: 100 });
    expect(connectedOf(session).contents?.bytes).toEqual({ offset: 1, data: Uint8Array.of(51, 52) });
  });

  test('is told from another of its size by what it holds, not by its id, which another session gives again', async () => {
    const of = async (...bytes: number[]) => {
      const { session } = makeWorld({ openStored, editStored });
      await session.connect();
      await drop(session, 8, ...bytes);
      const [file] = connectedOf(session).files;
      await session.dispatch({ do: 'open-contents', range: placeOfFile(file?.id ?? 0, 3) });
      const { contents } = connectedOf(session);
      return [contents?.range.within?.id, contents?.dropped] as const;
    };
    const [[id, first], [again, same], [other, another]] = [await of(1, 2, 3), await of(1, 2, 3), await of(1, 2, 4)];
    expect([again, other]).toEqual([id, id]);
    expect(same).toEqual(first);
    expect(another).toEqual({ name: first?.name, md5: expect.not.stringMatching(first?.md5 ?? '') });
  });

  test('is written as it was changed, and says what was; the report names it', async () => {
    const { session, world, range, file } = await opened();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('1', '77')] });
    expect(connectedOf(session).files).toMatchObject([{ id: file.id, changes: ['a/1'] }]);
    // What is looked into is the file as it was dropped, beside its edits.
    await session.dispatch({ do: 'open-contents', range });
    expect(connectedOf(session).contents).toMatchObject({ listing: { settings: [{}, { value: '51' }, {}] } });
    await flash(session);
    expect([...world.flash.subarray(8, 11)]).toEqual([50, 77, 52]);
    expect(workOf(session)).toMatchObject({ outcome: 'verified', report: { files: [{ changed: ['a/1'] }] } });
    // Its changes stay with it: it would be written so again.
    expect(connectedOf(session).edits).toMatchObject([{ range }]);
  });

  test('is as it was dropped once its changes are withdrawn, and takes them along when it is removed', async () => {
    const { session, range, file } = await opened();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('1', '77'), set('2', '78')] });
    await session.dispatch({ do: 'withdraw-edits', range, id: 2 });
    expect(connectedOf(session).files).toMatchObject([{ changes: ['a/1'] }]);
    await session.dispatch({ do: 'withdraw-edits', range, id: null });
    expect(connectedOf(session).files[0]?.changes).toBeUndefined();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('1', '77')] });
    await session.dispatch({ do: 'remove-file', id: file.id });
    expect(connectedOf(session).edits).toBeUndefined();
    await session.dispatch({ do: 'open-contents', range });
    expect(connectedOf(session).contents?.why).toBe('It is not among the chosen files any more.');
  });

  test('is changed again for the board that is connected next', async () => {
    const { session, world, range } = await opened();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('1', '77')] });
    await session.dispatch({ do: 'reconnect' });
    expect(connectedOf(session).files).toMatchObject([{ changes: ['a/1'] }]);
    await flash(session);
    expect(world.flash[9]).toBe(77);
  });

  test('that cannot be changed as asked is refused at the file', async () => {
    const { session, range, file } = await opened();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('9', '77')] });
    expect(workOf(session)).toMatchObject({
      kind: 'refused',
      refusals: [{ kind: 'bad-setting', place: { in: 'file', name: file.name } }],
    });
  });
});
