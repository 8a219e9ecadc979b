/** Each control that can be pressed does something, each other says why not: on other boards. */
import { eachControlActs, OTHERS } from './controls.ts';

eachControlActs(OTHERS);
