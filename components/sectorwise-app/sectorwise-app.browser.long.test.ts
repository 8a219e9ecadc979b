/** What is true of the page in each state of a session: in the states that show less. */
import { eachStateIsSound, OTHERS } from './sectorwise-app.testing.ts';

eachStateIsSound(OTHERS);
