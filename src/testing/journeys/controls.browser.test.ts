/** Each control that can be pressed does something, each other says why not: on the boards that give the most. */
import { eachControlActs, USUAL } from './controls.ts';

eachControlActs(USUAL);
