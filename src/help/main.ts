/** The composition root of the help page, which loads no device code. */
import { render } from 'lit';
import '../../components/shared/tokens.ts';
import './page.css';
import { GUIDES } from './guides.ts';
import { renderPage } from './page.ts';
import { chapters } from './sections.ts';

const all = chapters();
let find = '';

function show(): void {
  const wanted = decodeURIComponent(location.hash.slice(1));
  render(
    renderPage(all, GUIDES, wanted, find, (words) => {
      find = words;
      show();
    }),
    document.body,
  );
}

/** Scrolls to the requested section: it did not exist yet when the browser looked for it. */
function goToWanted(): void {
  find = '';
  show();
  const section = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector('summary')?.focus({ preventScroll: true });
}

goToWanted();
addEventListener('hashchange', goToWanted);
