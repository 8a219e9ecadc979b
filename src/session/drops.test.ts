/** Containers of files: their parts are listed before they are used, and can be left out or put back. */
import { describe, expect, test } from 'vitest';
import { chosenIn } from '../flash/arrangement.ts';
import { failures } from '../flash/failure.ts';
import type { DroppedFile, Source, Unpacked } from '../flash/dropped-file.ts';
import type { Family } from '../flash/family.ts';
import { drop, flash, makeWorld, connectedOf, plainFamily, workOf } from '../testing/plain-world.ts';
import { blobSource, bytesSource } from './sources.ts';

const plain = { says: '', left: [], findings: [] } as const;
const part = (at: number, ...data: number[]): DroppedFile => ({ name: String(at), data: Uint8Array.from(data) });
const BUILD: Unpacked = {
  ...plain,
  container: 'build',
  says: 'A build of two parts.',
  parts: [part(0, 90), part(8, 91)],
  left: [{ name: 'readme', why: 'not firmware' }],
};

/** A family that finds `inside` in whatever is called `*.zip`, and takes everything else as it is. */
function unpacking(inside: (sources: readonly Source[], build: string | null) => Unpacked): Pick<Family, 'unpack'> {
  return {
    unpack: async (sources, _board, { build = null } = {}) => {
      if (sources.some(({ path }) => path.endsWith('.zip') || path.includes('/'))) return inside(sources, build);
      const parts = await Promise.all(sources.map(async (s) => ({ name: s.path, data: await s.read(0, s.size) })));
      return { ...plain, container: null, parts };
    },
  };
}

const zip = { do: 'add-files', files: [bytesSource('firmware.zip', new Uint8Array(3))] } as const;

async function opened(inside: (sources: readonly Source[], build: string | null) => Unpacked = () => BUILD) {
  const made = makeWorld(unpacking(inside));
  await made.session.connect();
  await made.session.dispatch(zip);
  return made;
}

describe('a container', () => {
  test('is listed with its parts and what is left out, and nothing is written until the user agrees', async () => {
    const { session, world } = await opened();
    const { containers, files } = connectedOf(session);
    const { says, left } = BUILD;
    expect(containers).toMatchObject([{ name: 'firmware.zip', kind: 'build', says, left, failure: null }]);
    expect(files).toMatchObject([
      { name: '0', used: true, container: containers[0]?.id },
      { name: '8', used: true, container: containers[0]?.id },
    ]);
    expect(world.flash).toEqual(Uint8Array.from({ length: 32 }, (_, i) => i + 1));
    await flash(session);
    expect([world.flash[0], world.flash[8]]).toEqual([90, 91]);
  });

  test('of several builds uses the one that is chosen, on the next connection too', async () => {
    const options = [
      { id: 'a', name: 'Build A', why: '' },
      { id: 'b', name: 'Build B', why: '' },
    ];
    const { session, world } = await opened((_, build) => ({
      ...BUILD,
      parts: build === null ? [] : [part(0, build === 'a' ? 90 : 91)],
      builds: { options, chosen: build },
    }));
    const [container] = connectedOf(session).containers;
    expect(container?.builds).toEqual({ options, chosen: null });
    expect(connectedOf(session).files).toEqual([]);
    await session.dispatch({ do: 'place', id: container?.id ?? 0, choice: 'b' });
    expect(connectedOf(session).containers[0]?.builds?.chosen).toBe('b');
    await session.dispatch({ do: 'reconnect' });
    await flash(session);
    expect(world.flash[0]).toBe(91);
  });

  test('gives up a part that is left out, and takes it back', async () => {
    const { session, world } = await opened();
    const id = connectedOf(session).files[0]?.id ?? 0;
    await session.dispatch({ do: 'use', id, yes: false });
    expect(connectedOf(session).files[0]).toMatchObject({ used: false, chosen: null });
    await flash(session);
    expect([world.flash[0], world.flash[8]]).toEqual([1, 91]);
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'use', id, yes: true });
    await flash(session);
    expect(world.flash[0]).toBe(90);
  });

  test('without any part left asks for nothing', async () => {
    const { session } = await opened();
    for (const { id } of connectedOf(session).files) await session.dispatch({ do: 'use', id, yes: false });
    expect(workOf(session)).toEqual({ kind: 'idle' });
  });

  test('is removed with all its parts', async () => {
    const { session } = await opened();
    await drop(session, 16, 92);
    await session.dispatch({ do: 'remove-file', id: connectedOf(session).containers[0]?.id ?? 0 });
    expect(connectedOf(session)).toMatchObject({ containers: [], files: [{ name: '16', container: null }] });
  });

  test('with nothing that this board can use is still shown', async () => {
    const { session } = await opened(() => ({ ...plain, container: null, parts: [], left: BUILD.left }));
    expect(connectedOf(session)).toMatchObject({ containers: [{ kind: null, left: BUILD.left }], files: [] });
    expect(workOf(session)).toEqual({ kind: 'idle' });
  });

  test('that is a folder has the folder’s name', async () => {
    const { session } = makeWorld(unpacking(() => BUILD));
    await session.connect();
    const files = ['build/a.bin', 'build/sub/b.bin'].map((path) => bytesSource(path, new Uint8Array()));
    await session.dispatch({ do: 'add-files', files });
    expect(connectedOf(session).containers).toMatchObject([{ name: 'build' }]);
  });
});

test('an unreadable file says why, and does not keep anything else from being written', async () => {
  const register = {
    broken: { kind: 'refused', says: () => 'The archive is broken.', next: 'Take another.' },
  } as const;
  const { session } = await opened(() => {
    throw failures(register)('broken');
  });
  expect(connectedOf(session)).toMatchObject({ containers: [{ failure: { name: 'broken' } }], work: { kind: 'idle' } });
  await drop(session, 0, 99);
  expect(workOf(session).kind).toBe('planned');
});

test('another board unpacks again; the same one does not, and its choices stay', async () => {
  const boards: string[] = [];
  const { session, world } = makeWorld({
    unpack: async (_, { identity }) => {
      boards.push(identity.key?.value ?? 'unnamed');
      return BUILD;
    },
  });
  await session.connect();
  await session.dispatch(zip);
  const id = connectedOf(session).files[1]?.id ?? 0;
  await session.dispatch({ do: 'use', id, yes: false });
  await session.dispatch({ do: 'reconnect' });
  expect(boards).toEqual(['one']);
  // A board without a unique ID may be that board, and two of them may be different ones.
  world.mac = null;
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'reconnect' });
  expect(boards).toEqual(['one', 'unnamed', 'unnamed']);
  expect(connectedOf(session).files).toMatchObject([{ used: true }, { id, used: false }]);
});

test('plain files dropped together are independent, and a removed one stays removed', async () => {
  const { session, world } = makeWorld();
  await session.connect();
  const files = [bytesSource('0', Uint8Array.of(80)), bytesSource('8', Uint8Array.of(81))];
  await session.dispatch({ do: 'add-files', files });
  expect(connectedOf(session)).toMatchObject({ containers: [], files: [{ name: '0' }, { name: '8' }] });
  await session.dispatch({ do: 'remove-file', id: connectedOf(session).files[0]?.id ?? 0 });
  // It is unpacked again for a board that may be another one.
  world.mac = null;
  await session.dispatch({ do: 'reconnect' });
  expect(connectedOf(session)).toMatchObject({ containers: [], files: [{ name: '8' }] });
});

describe('a file on this computer', () => {
  test('is read in slices, and only those that are requested', async () => {
    const asked: number[][] = [];
    const blob = new Blob([Uint8Array.from({ length: 100 }, (_, i) => i)]);
    const slice = blob.slice.bind(blob);
    blob.slice = (from = 0, to = blob.size) => {
      asked.push([from, to]);
      return slice(from, to);
    };
    const source = blobSource({ path: 'a.bin', blob });
    expect([...(await source.read(10, 13))]).toEqual([10, 11, 12]);
    expect(asked).toEqual([[10, 13]]);
  });

  test('that has changed in the meantime fails by name', async () => {
    const blob = new Blob([]);
    blob.slice = () => {
      throw new DOMException('changed', 'NotReadableError');
    };
    await expect(blobSource({ path: 'a.bin', blob }).read(0, 1)).rejects.toMatchObject({
      facts: { name: 'file-unreadable', values: { file: 'a.bin' } },
    });
  });
});

describe('a file added for a place', () => {
  const places = (name: string, fits = true) => ({ id: name, name, why: '', fits, region: 'flash', size: 8 });
  const two = (fits: boolean): Partial<Family> => {
    const { arrange } = plainFamily();
    return {
      arrange: (request, board) => {
        const made = arrange(request, board);
        return {
          ...made,
          placements: made.placements.map((each, i) => {
            const choices = [
              { ...places('first'), address: 0 },
              { ...places('second', fits), address: 16 },
            ];
            const chosen = chosenIn(choices, request.files[i]?.choice ?? null);
            return { ...each, choices, chosen, choice: choices[chosen ?? -1] ?? null };
          }),
        };
      },
    };
  };
  const added = async (fits: boolean) => {
    const { session } = makeWorld(two(fits));
    await session.connect();
    const files = [bytesSource('0', Uint8Array.of(9))];
    await session.dispatch({ do: 'add-files', files, at: { region: 'flash', address: 16, size: 8 } });
    return connectedOf(session).files[0]?.chosen;
  };

  test('goes there if it fits there, and otherwise to its usual place', async () => {
    expect(await added(true)).toBe(1);
    expect(await added(false)).toBe(0);
  });
});
