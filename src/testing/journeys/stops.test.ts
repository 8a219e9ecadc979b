/** A person stops while the board pauses: at each moment of a session. */
import { actingWhileBoardPauses } from './stops.ts';

actingWhileBoardPauses('stops');
