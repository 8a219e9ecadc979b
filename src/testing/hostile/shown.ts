/** What a page would show of a session, searched for what nothing from outside may put there. */
import type { Inspection } from '../../flash/family.ts';
import type { SessionState } from '../../session/state.ts';

/** Control characters, and marks that turn or hide text; a tab and a line end are none. */
const DISGUISED = /[^\P{Cc}\t\n\r]|[\p{Cf}\p{Cs}]/u;
const BROKEN = /undefined|NaN|\[object|DataView|out of bounds|is not a function|Cannot read/;
/** The longest text at once: a few sentences with names of 200 characters. */
const LONGEST = 2000;

/** What is wrong with the words that a state shows; empty if nothing is. */
export function shownIn(state: SessionState): string[] {
  if (state.kind === 'connecting') return wrongWords([state.says]);
  if (state.kind === 'unlocking') return wrongWords([state.board]);
  if (state.kind === 'disconnected') return wrongWords(state.failure === null ? [] : [state.failure.says]);
  return wrongWords([...wordsOf(state.board), ...wordsOfWork(state)]);
}

/** What is wrong with some sentences and names. */
export function wrongWords(words: readonly string[]): string[] {
  return words.flatMap((each) => {
    if (DISGUISED.test(each)) return [`shows disguised characters: ${JSON.stringify(each.slice(0, 80))}`];
    if (BROKEN.test(each)) return [`shows a program's words: ${each.slice(0, 120)}`];
    return each.length > LONGEST ? [`shows ${each.length} characters at once: ${each.slice(0, 60)}`] : [];
  });
}

function wordsOf({ identity, layout, contents, findings, boot, protections }: Inspection): string[] {
  return [
    identity.chip,
    identity.revision,
    ...identity.facts.flatMap(({ name, value }) => [name, value]),
    ...layout.partitions.flatMap(({ name, type }) => [name, type]),
    ...contents.map(({ says }) => says),
    ...findings.map(({ says }) => says),
    ...protections.map(({ says }) => says),
    ...(boot === null ? [] : [boot.says]),
  ];
}

function wordsOfWork({ work }: Extract<SessionState, { kind: 'connected' }>): string[] {
  if (work.kind === 'refused') return work.refusals.map(({ says }) => says);
  if (work.kind === 'planned') return work.asks.map(({ says }) => says);
  return work.kind === 'ended' && work.failure !== null ? [work.failure.says] : [];
}
