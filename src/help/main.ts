/** The composition root of the help page: no board, no loader, nothing but words. */
import { render } from 'lit';
import '../../components/shared/tokens.ts';
import './page.css';
import { renderPage } from './page.ts';
import { chapters } from './sections.ts';

const all = chapters();
let find = '';

function show(): void {
  const wanted = decodeURIComponent(location.hash.slice(1));
  render(
    renderPage(all, wanted, find, (words) => {
      find = words;
      show();
    }),
    document.body,
  );
}

/** The browser looked for the section before it was there. */
function goToWanted(): void {
  find = '';
  show();
  const section = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector('summary')?.focus({ preventScroll: true });
}

goToWanted();
addEventListener('hashchange', goToWanted);
