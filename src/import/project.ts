/** The settings of a project among dropped files: what they say concerns the board, and they are not written themselves. */
import type { Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import type { UnusedFile, Packed } from './packed.ts';

/** The settings of a project. */
export interface Project {
  /** The family's word for it: `Raft SysType`. */
  readonly container: string;
  /** What it is for, as a sentence. */
  readonly says: string;
  /** The files that were read for their settings, each with what was found in it. */
  readonly read: readonly { readonly file: Packed; readonly why: string }[];
  readonly findings: readonly Finding[];
}

/** What was unpacked beside the settings of a project, with them. */
export function withProject({ container, says, read, findings }: Project, unpacked: Unpacked): Unpacked {
  const left: UnusedFile[] = read.map(({ file, why }) => ({ name: file.path, why }));
  return {
    ...unpacked,
    // A build beside the settings is what is written.
    container: unpacked.container === null || unpacked.container === 'folder' ? container : unpacked.container,
    says: [says, unpacked.container === 'folder' ? '' : unpacked.says].filter((each) => each !== '').join(' '),
    left: [...unpacked.left, ...left],
    findings: [...findings, ...unpacked.findings],
  };
}
