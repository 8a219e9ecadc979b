/** The editor for its tests, with its fields and buttons by their names. */
import { html } from 'lit';
import { page, userEvent } from 'vitest/browser';
import { readBuildError } from '../../src/esp/fit/build-errors.ts';
import { layoutEditor } from '../../src/esp/partitions/layout-editor.ts';
import type { EditableTable, Editing } from '../../src/flash/layout-editor.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import { editable } from '../gallery/fixtures.ts';
import { mount } from '../shared/testing.ts';
import { LayoutEditorElement } from './layout-editor.ts';

/** The editor on the page, what it sent, and the links it copied. */
export interface Shown {
  readonly element: LayoutEditorElement;
  readonly sent: PageIntent[];
  readonly copied: string[];
}

/** The editor, whose drafts the test holds as the page does. */
export async function show(table: EditableTable = editable, planned: string | null = null): Promise<Shown> {
  const [sent, copied]: [PageIntent[], string[]] = [[], []];
  const tools = {
    editor: layoutEditor,
    readBuildError,
    copy: (link: string) => {
      copied.push(link);
      return Promise.resolve();
    },
  };
  const element = await mount(
    html`<layout-editor
      .table=${table}
      .tools=${tools}
      .planned=${planned}
      @layout-draft=${(event: CustomEvent<Editing | null> & { readonly currentTarget: LayoutEditorElement }) => {
        event.currentTarget.draft = event.detail;
      }}
      @sectorwise-intent=${({ detail }: CustomEvent<PageIntent>) => sent.push(detail)}
    ></layout-editor>`,
    LayoutEditorElement,
  );
  return { element, sent, copied };
}

/** A field by its label. */
export const field = (name: string) => page.getByLabelText(name, { exact: true });
/** Presses a button by its name. */
export const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

/** Types a value into a field, and takes it. */
export async function type(name: string, value: string): Promise<void> {
  await field(name).fill(value);
  await userEvent.keyboard('{Enter}');
}
