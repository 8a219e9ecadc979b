import { css } from 'lit';

// Points and millimetres: this is paper. It is black on white in dark mode too, and needs no printed backgrounds.
/** Styles of `<report-sheet>`. */
export const styles = css`
  :host {
    container-type: inline-size;
    padding: 1px;
    background: #fff;
    color: #000;
    color-scheme: light;
    font-size: 8.5pt;
    line-height: 1.35;
  }

  @media (forced-colors: active) {
    :host {
      forced-color-adjust: none;
    }
  }

  code {
    color: inherit;
    font-size: 0.92em;
  }

  header {
    display: flex;
    gap: 2mm;
    align-items: center;
    padding-bottom: 1.5mm;
    border-bottom: 0.6pt solid #000;
  }

  header p {
    margin-inline-start: auto;
  }

  .logo {
    width: 6mm;
    height: 6mm;
    flex: none;
  }

  h2 {
    font-size: 12.5pt;
    font-weight: 700;
    line-height: 1.2;
  }

  h3 {
    margin-block: 3.2mm 1mm;
    font-size: 9.5pt;
    break-after: avoid;
  }

  .verdict {
    margin-block: 2.5mm;
    padding: 1.5mm 2.5mm;
    border: 0.6pt solid #000;
    border-left-width: 3pt;
    break-inside: avoid;
  }

  .verdict b {
    font-size: 10.5pt;
  }

  dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 60mm), 1fr));
    gap: 0.8mm 4mm;
  }

  dl div {
    display: grid;
    grid-template-columns: 17mm minmax(0, 1fr);
    gap: 2mm;
    overflow-wrap: anywhere;
  }

  dt {
    color: #444;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    text-align: left;
  }

  th,
  td {
    padding: 0.5mm 2.5mm 0.5mm 0;
    border-bottom: 0.4pt solid #bbb;
    font-weight: 400;
    vertical-align: top;
  }

  th,
  td code {
    white-space: nowrap;
  }

  td:nth-child(3) {
    white-space: nowrap;
  }

  /* On narrow paper an address, or a digest, is broken rather than cut off. */
  @container (width < 100mm) {
    th,
    td code,
    td:nth-child(3) {
      overflow-wrap: anywhere;
      white-space: normal;
    }
  }

  thead th {
    color: #444;
    border-bottom-color: #000;
  }

  tbody th,
  .changed td:last-child {
    font-weight: 600;
  }

  tr {
    break-inside: avoid;
  }

  .plan {
    columns: 2;
    column-gap: 5mm;
    counter-reset: line;
    font-size: 7.5pt;
  }

  @container (width < 150mm) {
    .plan {
      columns: 1;
    }
  }

  .plan li {
    break-inside: avoid;
  }

  .units p {
    margin-bottom: 1mm;
  }

  .units ul {
    columns: 42mm;
    column-gap: 3mm;
    font-size: 6.3pt;
    line-height: 1.32;
    column-rule: 0.4pt solid #ccc;
  }

  .units li {
    display: flex;
    justify-content: space-between;
    white-space: nowrap;
    break-inside: avoid;
  }

  .units li.wrong {
    font-weight: 700;
  }
`;
