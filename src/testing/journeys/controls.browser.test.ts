/** Each control that can be pressed does something, each other says why not: on a board that gives all that it can. */
import { eachControlActs, PARTICLE } from './controls.ts';

eachControlActs(PARTICLE);
