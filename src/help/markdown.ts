/** The part of Markdown that the documents on the help page use: headings, paragraphs, lists, tables, code and bold text. */
import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** A document as a template, its headings from `h3` on. Links inside the source tree are shown without a target. */
export function renderMarkdown(text: string): TemplateResult[] {
  return text
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(renderBlock);
}

function renderBlock(block: string): TemplateResult {
  const lines = block.split('\n');
  if (block.startsWith('#')) return html`<h3>${renderInline(block.replace(/^#+\s*/, ''))}</h3>`;
  if (block.startsWith('|')) return renderTable(lines);
  const items = (marker: RegExp) =>
    block
      .split(/\n(?=\S)/)
      .map((item) => html`<li>${renderInline(item.replace(marker, '').replace(/\s+/g, ' '))}</li>`);
  if (block.startsWith('- '))
    return html`<ul>
      ${items(/^- /)}
    </ul>`;
  if (/^\d+\. /.test(block))
    return html`<ol>
      ${items(/^\d+\. /)}
    </ol>`;
  return html`<p>${renderInline(lines.join(' '))}</p>`;
}

function renderTable([head = '', , ...rows]: readonly string[]): TemplateResult {
  const cells = (row: string) =>
    row
      .replace(/^\||\|$/g, '')
      .split('|')
      .map((cell) => renderInline(cell.trim()));
  return html`<table>
    <thead>
      <tr>
        ${cells(head).map((cell) => html`<th scope="col">${cell}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${cells(row).map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Text with `code` and **bold** parts; of a link only its text. */
function renderInline(text: string): (string | TemplateResult)[] {
  return text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part) => {
      if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
      return part.startsWith('**') ? html`<strong>${part.slice(2, -2)}</strong>` : part;
    });
}
