/** Each control that can be pressed does something, each other says why not: on boards that give less. */
import { eachControlActs, OTHERS } from './controls.ts';

eachControlActs(OTHERS);
