/** What a plan is made from. */
import type { Calibration } from '../ml/tuning/calibration.ts';
import type { Windows } from '../ml/windows.ts';
import type { Profile, TargetProfile } from '../profile/profile.ts';
import type { Requirements } from '../requirements/requirements.ts';
import type { Past } from './past.ts';
import type { Plan } from './plan.ts';
import type { Price } from './price.ts';

export interface Material {
  readonly dataset: Plan['dataset'];
  readonly profile: Profile;
  readonly target: TargetProfile;
  /** How rows are recordings, of which profile and target speak then. */
  readonly windows?: Windows;
  readonly requirements: Requirements;
  readonly calibration: Calibration;
  /** Trials that may run side by side on the machine that will train. */
  readonly threads: number;
  /** Of a core-hour; absent where none is configured. */
  readonly price?: Price | undefined;
  readonly versions: Readonly<Record<string, string>>;
  /** What earlier runs on such data have left to begin with. */
  readonly past?: Past;
}
