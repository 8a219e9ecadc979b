/** `inspect`: what is on a flash, what is wrong with it, and what starts. */
import { count } from '../../flash/english.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { roughly } from '../../flash/finding.ts';
import type { Partition } from '../../flash/layout.ts';
import { START_ROLES } from '../../flash/layout.ts';
import { bare } from '../../flash/map.ts';
import type { PartitionListing } from '../../flash/partition-contents.ts';
import type { Answer, Call, Command } from '../command.ts';
import type { FlashSession } from '../flash-session.ts';
import { openFlash } from '../flash-session.ts';
import { FLASH_OPTIONS, SHOW_SECRETS, shownListing } from '../options.ts';
import { startReason } from '../../session/words/board.ts';
import { boardLine, fileLines, layoutLines, mayStartNothing, startLine } from '../words/board.ts';
import { findingLines, hasProblem, once } from '../words/findings.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

/** A partition whose content was opened. */
interface Opened {
  readonly partition: Partition;
  readonly listing: PartitionListing;
}

/** Everything that can be listed in a flash. */
async function openAll(flash: FlashSession): Promise<readonly Opened[]> {
  const opened: Opened[] = [];
  // What a start needs was said already, and holds no settings and no files.
  for (const partition of flash.board.layout.partitions.filter(({ role }) => !START_ROLES.has(role))) {
    const listing = await flash.listing(partition);
    if (listing !== null && listing.kind !== 'unknown') opened.push({ partition, listing });
  }
  await flash.tell({ do: 'open-contents', range: null });
  return opened;
}

/** An opened partition in a few words: `LittleFS, 3 files, 52 KiB of 1.5 MiB used`. */
function listingWords(listing: PartitionListing): string {
  switch (listing.kind) {
    case 'settings':
      return `${listing.format}: ${count(listing.settings.length, 'setting')}; ${listing.details}`;
    case 'files': {
      const files = listing.entries.filter(({ kind }) => kind === 'file').length;
      const used = `${roughly(listing.usedBytes)} of ${roughly(listing.totalBytes)} used`;
      return `${listing.format}: ${count(files, 'file')}, ${used}; ${listing.details}`;
    }
    case 'explained':
      return `${listing.format}: ${listing.says}`;
    case 'unknown':
      return '';
  }
}

/** What is found in an opened partition, with the partition as its place: in it, places are counted from its own start. */
function findingsIn({ partition, listing }: Opened): Finding[] {
  const place = { in: 'flash', range: bare(partition) } as const;
  return 'findings' in listing ? listing.findings.map((finding) => ({ ...finding, place })) : [];
}

/** The board as JSON: what the page's state has of it, without what only a page needs. */
function boardJson({ identity, layout, contents, findings, boot, protections, incomplete }: Inspection): object {
  return { identity, layout, contents, findings, boot, protections, ...(incomplete !== undefined && { incomplete }) };
}

async function run(call: Call): Promise<Answer> {
  const { flash } = await openFlash(call);
  await flash.diagnose();
  const opened = await openAll(flash);
  const { board } = flash;
  const { paint } = call;
  const inside = opened.flatMap(findingsIn);
  const findings = once([...board.findings, ...inside]);
  const sound = !hasProblem(findings) && !mayStartNothing(board);
  const showSecrets = call.given.has('show-secrets');
  const protections = board.protections.filter(({ verdict }) => verdict !== 'good');
  return {
    status: sound ? EXIT.sound : EXIT.problems,
    result: blocks(
      [
        boardLine(board),
        ...fileLines(board),
        `${paint('strong', startLine(board))}.`,
        ...(board.boot === null ? [] : [startReason(board.boot)]),
      ],
      section(paint, 'Layout', layoutLines(board)),
      section(
        paint,
        'Contents',
        columns(opened.map(({ partition, listing }) => [partition.name, listingWords(listing)])),
      ),
      section(paint, 'Protection', columns(protections.map(({ name, state, says }) => [name, state, says]))),
      section(paint, 'Findings', findingLines(findings, board.layout, paint)),
    ),
    json: {
      source: flash.name,
      sound,
      board: boardJson(board),
      partitions: opened.map(({ partition, listing }) => ({
        name: partition.name,
        address: partition.address,
        listing: shownListing(listing, showSecrets),
      })),
    },
  };
}

/** The command. */
export const inspect: Command = {
  name: 'inspect',
  operands: 'IMAGE',
  least: 1,
  most: 1,
  says: 'Show what is on a flash: the board, its layout, contents, findings, and what starts next and why.',
  more: ['Exit status 1 if there is a problem, nothing would start, or a fault leaves it unknown what would.'],
  options: [...FLASH_OPTIONS, SHOW_SECRETS],
  run,
};
