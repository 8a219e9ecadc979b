/** A person does something else than stopping while the board pauses, or the pause is short. */
import { actingWhileBoardPauses } from './stops.ts';

actingWhileBoardPauses('others');
