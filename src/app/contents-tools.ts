/** What the view of contents needs of Espressif's formats: loaded when the view opens. */
export { contentsTools } from '../esp/contents/tools.ts';
