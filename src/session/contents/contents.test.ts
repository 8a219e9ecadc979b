/** Looking into partitions and editing what they hold, on a board that is only bytes. */
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { Request } from '../../flash/arrangement.ts';
import { Failure } from '../../flash/failure.ts';
import type { Family, Inspection } from '../../flash/family.ts';
import { makeImage } from '../../flash/image.ts';
import type { FileTree, PartitionBytes } from '../../flash/partition-contents.ts';
import type { SessionContext } from '../session-parts.ts';
import { layoutOf } from '../../testing/flash.ts';
import type { PlainChanges } from '../../testing/plain-world.ts';
import { connectedOf, drop, flash, makeWorld, map, plainFamily, workOf } from '../../testing/plain-world.ts';

const range = { region: 'flash', address: 8, size: 16 };
const partition = { ...range, name: 'store', role: 'data', type: 'data' } as const;
const layout = { ...layoutOf(map), partitions: [partition] };
const path = '/a/one.txt';

function treeOf(first: number): FileTree {
  const file = { path, kind: 'file', size: 2, modified: null } as const;
  const details = `first byte ${first}`;
  return { kind: 'files', format: 'Bytes', details, entries: [file], usedBytes: 2, totalBytes: 16, findings: [] };
}

/** A family whose partitions hold one file, their second and third byte, and whose edits set single bytes. */
function familyOf(changes: PlainChanges = {}): PlainChanges {
  const plain = plainFamily();
  const openContents: Family['openContents'] = async (_board, own, bytesOf) => {
    const bytes: PartitionBytes = bytesOf(own);
    const [first = 0] = await bytes.read(0, 1);
    return {
      listing: treeOf(first),
      exportAs: (as) => ({ text: `as ${as}`, leftOut: [{ name: 'a/b', why: 'it is not text' }] }),
      readFile: async (wanted) => {
        if (wanted === path) return bytes.read(1, 2);
        const facts = {
          name: 'no-such-file',
          kind: 'refused',
          says: 'No such file.',
          next: 'Choose another.',
        } as const;
        throw new Failure(facts);
      },
    };
  };
  const rewriteContents: Family['rewriteContents'] = async ({ contents = [] }, _board, read) => {
    const [edited] = contents;
    if (edited === undefined) return [];
    const data = (await read(edited.range)).slice();
    for (const edit of edited.edits) if (edit.edit === 'set') data[Number(edit.key)] = Number(edit.value);
    const after = { size: data.length, format: 'bytes' };
    return [
      {
        before: edited.range,
        after,
        result: { data, differs: [{ offset: 0, size: 8 }] },
        changes: ['a/0'],
        keeps: true,
      },
    ];
  };
  const arrange = (request: Request, board: Inspection) => {
    const arranged = plain.arrange(request, board);
    const segments = (request.rewritten ?? []).flatMap(({ before, result }) =>
      'refusal' in result
        ? []
        : result.differs.map(({ offset, size }) => ({
            region: before.region,
            address: before.address + offset,
            data: result.data.subarray(offset, offset + size),
          })),
    );
    const files = arranged.content.kind === 'image' ? arranged.content.image : [];
    return { ...arranged, content: makeImage([...files, ...segments]) };
  };
  const inspect: Family['inspect'] = async (...given) => ({ ...(await plain.inspect(...given)), layout });
  return { inspect, openContents, rewriteContents, arrange, ...changes };
}

function opened(changes: PlainChanges = {}) {
  const saved: { readonly name: string; readonly data: Uint8Array }[] = [];
  const tickets: (number | undefined)[] = [];
  const onFile = (...[file, ticket]: Parameters<SessionContext['onFile']>) => {
    saved.push(file);
    tickets.push(ticket);
  };
  const made = makeWorld(familyOf(changes), { onFile });
  const reads: string[] = [];
  made.world.fault = (step) => reads.push(step);
  const shown = () => connectedOf(made.session).contents;
  return { ...made, reads, saved, tickets, shown };
}

test('what is to be changed of a partition is for its board: another one has no such plan', async () => {
  const { session, world } = opened();
  await session.connect();
  const edits = [{ edit: 'set', namespace: 'a', key: '0', type: 'u8', value: '7' }] as const;
  await session.dispatch({ do: 'edit-contents', range, edits });
  expect(workOf(session).kind).toBe('planned');
  world.mac = 'two';
  await session.dispatch({ do: 'reconnect' });
  expect(connectedOf(session).edits).toBeUndefined();
  expect(workOf(session)).toEqual({ kind: 'idle' });
});

test('writing one file and none of the others leaves out what is to be changed of partitions, too', async () => {
  const { session } = opened();
  await session.connect();
  const edits = [{ edit: 'set', namespace: 'a', key: '0', type: 'u8', value: '7' }] as const;
  await session.dispatch({ do: 'edit-contents', range, edits });
  await drop(session, 0, 99);
  const [own] = connectedOf(session).files;
  await session.dispatch({ do: 'use-only', file: own?.id ?? 0, choice: '0' });
  expect(connectedOf(session).edits).toBeUndefined();
  const work = workOf(session);
  expect(work.kind === 'planned' && work.plan.stretches.map(({ address, size }) => [address, size])).toEqual([[0, 8]]);
});

describe('looking into a partition', () => {
  test('shows what it holds, and reads no byte twice until the board is read again', async () => {
    const { session, reads, shown } = opened();
    await session.connect();
    reads.length = 0;
    await session.dispatch({ do: 'open-contents', range });
    expect(shown()).toMatchObject({ range, why: '', listing: { details: 'first byte 9' } });
    await session.dispatch({ do: 'read-file', range, path, save: false });
    expect(shown()?.file).toEqual({ path, data: Uint8Array.of(10, 11) });
    expect(reads).toEqual(['read']);
    await session.dispatch({ do: 'reconnect' });
    expect(shown()).toBeUndefined();
    await session.dispatch({ do: 'open-contents', range });
    expect(reads.filter((step) => step === 'read')).toHaveLength(2);
  });

  test('a plan that is on the page is there again afterwards, with the answers to its questions', async () => {
    const { session } = opened();
    await session.connect();
    await drop(session, 0, 99);
    const before = workOf(session);
    await session.dispatch({ do: 'open-contents', range });
    expect(workOf(session)).toBe(before);
    await flash(session);
    expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
  });

  describe('after a job', () => {
    const set = { edit: 'set', namespace: 'a', type: 'u8', value: '7' } as const;
    const openedWith = async (changes: PlainChanges = {}) => {
      const made = opened(changes);
      await made.session.connect();
      await made.session.dispatch({ do: 'read-file', range, path, save: false });
      await made.session.dispatch({ do: 'read-bytes', range, offset: 0, size: 2 });
      return made;
    };

    test('that changed it shows what is there now, also of the file and the bytes that are shown', async () => {
      const { session, shown } = await openedWith();
      const edits = [
        { ...set, key: '0' },
        { ...set, key: '1' },
      ];
      await session.dispatch({ do: 'edit-contents', range, edits });
      await flash(session);
      expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified', connected: false });
      expect(shown()).toMatchObject({
        listing: { details: 'first byte 7' },
        file: { path, data: Uint8Array.of(7, 11) },
        bytes: { offset: 0, data: Uint8Array.of(7, 7) },
      });
      expect(connectedOf(session).edits).toBeUndefined();
    });

    test('that left it alone shows it still, and does not read it again', async () => {
      const { session, shown, reads } = await openedWith();
      const before = shown();
      await drop(session, 0, 99);
      reads.length = 0;
      await flash(session);
      expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
      expect(shown()).toBe(before);
      expect(reads).not.toContain('read');
    });

    test('that it cannot be read after shows nothing of it', async () => {
      let opens = 0;
      const { openContents } = familyOf();
      const { session, shown } = await openedWith({
        openContents: (...given) => {
          if (++opens > 1) throw new DOMException('gone', 'NetworkError');
          return openContents?.(...given) ?? Promise.reject(new RangeError('no such family'));
        },
      });
      await drop(session, 8, 99);
      await flash(session);
      expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
      expect(shown()).toBeUndefined();
    });
  });

  test('a file is saved under its own name, all of them as an archive', async () => {
    const { session, saved, tickets } = opened();
    await session.connect();
    await session.dispatch({ do: 'read-file', range, path, save: true, ticket: 4 });
    await session.dispatch({ do: 'save-files', range, ticket: 5 });
    await session.dispatch({ do: 'save-settings', range, as: 'csv', ticket: 6 });
    await session.dispatch({ do: 'save-bytes', range: { ...range, size: 1 }, ticket: 7 });
    expect(tickets).toEqual([4, 5, 6, 7]);
    expect(saved.slice(0, 2).map(({ name }) => name)).toEqual(['one.txt', 'store.zip']);
    expect(unzipSync(saved[1]?.data ?? new Uint8Array())).toEqual({ 'a/one.txt': Uint8Array.of(10, 11) });
  });

  test('settings are saved as a file, and what it cannot hold is said', async () => {
    const { session, saved, shown } = opened();
    await session.connect();
    await session.dispatch({ do: 'save-settings', range, as: 'csv' });
    expect(saved).toEqual([{ name: 'store.csv', data: new TextEncoder().encode('as csv') }]);
    expect(shown()?.notice).toBe('a/b is left out: it is not text.');
  });

  test('a file that cannot be read is said, and what was shown stays', async () => {
    const { session, shown } = opened();
    await session.connect();
    await session.dispatch({ do: 'open-contents', range });
    await session.dispatch({ do: 'read-file', range, path: '/b', save: false });
    expect(shown()).toMatchObject({ problem: { name: 'no-such-file' }, listing: { kind: 'files' } });
    await session.dispatch({ do: 'read-file', range, path, save: false });
    expect(shown()).toMatchObject({ problem: null, file: { path } });
  });

  test('a board that cannot be read says why', async () => {
    const inspect: Family['inspect'] = async (...given) => ({
      ...(await plainFamily().inspect(...given)),
      layout: shut(),
    });
    const { session, shown } = opened({ inspect });
    await session.connect();
    await session.dispatch({ do: 'open-contents', range });
    expect(shown()).toMatchObject({ listing: null, why: 'Not readable: the board does not send its content.' });
  });

  test('bytes are read where they are looked at, and found across the pieces that are read', async () => {
    const { session, shown } = opened();
    await session.connect();
    await session.dispatch({ do: 'read-bytes', range, offset: 4, size: 3 });
    expect(shown()?.bytes).toEqual({ offset: 4, data: Uint8Array.of(13, 14, 15) });
    await session.dispatch({ do: 'find-bytes', range, wanted: Uint8Array.of(20, 21), from: 0 });
    expect(shown()?.found).toEqual({ offset: 11, size: 2 });
    await session.dispatch({ do: 'find-bytes', range, wanted: Uint8Array.of(20, 21), from: 12 });
    expect(shown()?.found).toEqual({ offset: null, size: 2 });
  });

  test('is stopped like any reading, and can be tried again', async () => {
    const waiting: (() => void)[] = [];
    const hangs: Family['openContents'] = () => new Promise(() => waiting.shift()?.());
    let slow = true;
    const quick = familyOf().openContents;
    const { session, shown } = opened({
      openContents: (...given) => (slow || quick === undefined ? hangs(...given) : quick(...given)),
    });
    await session.connect();
    const begun = new Promise<void>((resolve) => waiting.push(resolve));
    const looking = session.dispatch({ do: 'open-contents', range });
    await begun;
    await session.dispatch({ do: 'cancel' });
    await looking;
    expect(workOf(session).kind).toBe('idle');
    expect(shown()).toBeUndefined();
    slow = false;
    await session.dispatch({ do: 'open-contents', range });
    expect(shown()?.listing).not.toBeNull();
  });
});

describe('editing what a partition holds', () => {
  const set = (key: string, value: string) => ({ edit: 'set', namespace: 'a', key, type: 'u8', value }) as const;

  test('is planned like files, written, and then done', async () => {
    const { session, world } = opened();
    await session.connect();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '77')] });
    expect(connectedOf(session).edits).toEqual([{ range, edits: [{ id: 1, edit: set('0', '77') }] }]);
    expect(workOf(session)).toMatchObject({ kind: 'planned', purpose: { kind: 'flash' } });
    await flash(session);
    expect(workOf(session)).toMatchObject({ outcome: 'verified' });
    expect([...world.flash.subarray(8, 11)]).toEqual([77, 10, 11]);
    expect(connectedOf(session).edits).toBeUndefined();
  });

  test('an edit takes the place of the one before it of the same setting, and is withdrawn by itself or with all', async () => {
    const { session } = opened();
    await session.connect();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '77'), set('1', '78'), set('0', '79')] });
    const ids = () => connectedOf(session).edits?.flatMap(({ edits }) => edits.map(({ id }) => id));
    expect(ids()).toEqual([2, 3]);
    await session.dispatch({ do: 'withdraw-edits', range, id: 2 });
    expect(ids()).toEqual([3]);
    await session.dispatch({ do: 'withdraw-edits', range: null, id: null });
    expect(ids()).toBeUndefined();
    expect(workOf(session).kind).toBe('idle');
  });

  test('is applied to what the board holds when it is connected again', async () => {
    const { session, world } = opened();
    await session.connect();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '77')] });
    world.flash[9] = 5;
    await session.dispatch({ do: 'reconnect' });
    await flash(session);
    expect([...world.flash.subarray(8, 11)]).toEqual([77, 5, 11]);
  });

  test('bytes that read differently from what the board says of them are never written back', async () => {
    const { session, world } = opened();
    await session.connect();
    let digests = 0;
    world.fault = (step) => {
      if (step === 'digest' && digests++ === 0) world.flash[9] = 99;
      else if (step === 'read' && digests > 0) world.flash[9] = 10;
    };
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '77')] });
    expect(workOf(session)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'read-unsure' }] });
  });

  test('waits for a job that has written a part of the partition', async () => {
    const { session, world } = opened();
    await session.connect();
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '77')] });
    world.fault = (step) => {
      if (step === 'program') throw new DOMException('gone', 'NetworkError');
    };
    await flash(session);
    world.fault = () => undefined;
    await session.dispatch({ do: 'reconnect' });
    expect(workOf(session)).toEqual({ kind: 'idle', inJob: true });
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '78')] });
    expect(workOf(session)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'edits-unfinished' }] });
    const job = connectedOf(session).interrupted?.job ?? '';
    await session.dispatch({ do: 'resume', job });
    expect(workOf(session)).toMatchObject({ outcome: 'verified' });
    expect(world.flash[8]).toBe(77);
  });
});

describe('edits beside an unfinished job', () => {
  const set = (key: string, value: string) => ({ edit: 'set', namespace: 'a', key, type: 'u8', value }) as const;

  test('stay chosen when it is resumed: it did not put them on the board', async () => {
    const { session, world } = opened();
    await session.connect();
    await drop(session, 24, 99);
    world.fault = (step) => {
      if (step === 'program') throw new DOMException('gone', 'NetworkError');
    };
    await flash(session);
    world.fault = () => undefined;
    await session.dispatch({ do: 'reconnect' });
    const { interrupted, files } = connectedOf(session);
    for (const { id } of files) await session.dispatch({ do: 'remove-file', id });
    await session.dispatch({ do: 'edit-contents', range, edits: [set('0', '77')] });
    await session.dispatch({ do: 'resume', job: interrupted?.job ?? '' });
    expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
    expect(world.flash[8]).not.toBe(77);
    expect(connectedOf(session).edits).toMatchObject([{ edits: [{ edit: set('0', '77') }] }]);
  });
});

/** The same layout on a board that does not show its flash. */
function shut(): typeof layout {
  const regions = map.regions.map((region) => ({ ...region, access: { ...region.access, read: false } }));
  return { ...layout, map: { regions } };
}
