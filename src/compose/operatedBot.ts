/** The operator's word to a bot that runs. */
import type { Clock } from '../ports/clock.ts';
import {
  close,
  planClose,
  type ClosePlan,
  type CloseRequest,
  type CloseResult,
} from '../runtime/closing.ts';
import {
  cancelOrder,
  pauseEntries,
  resumeEntries,
  type CancelResult,
  type SwitchResult,
} from '../runtime/operator.ts';
import { give, planGive, type GivePlan, type GiveRequest } from '../runtime/giving.ts';
import type { Parts } from '../runtime/parts.ts';
import {
  previewAdoption,
  resumeSymbol,
  type AdoptionDocument,
  type ResumeRequest,
} from '../runtime/resume.ts';

export abstract class OperatedBot {
  /** @throws Error `NOT_READY` while it is still starting. */
  protected abstract get running(): { readonly parts: Parts; readonly clock: Clock };

  pause({ reason, target }: { reason: string; target?: string | undefined }): SwitchResult {
    return pauseEntries(this.running.parts, { reason, target });
  }

  resume({ reason, strategy }: { reason: string; strategy?: string | undefined }): SwitchResult {
    return resumeEntries(this.running.parts, { reason, strategy });
  }

  async resumeSymbol(request: ResumeRequest): Promise<void> {
    await resumeSymbol(this.running.parts, request);
  }

  async previewAdoption(
    request: Pick<ResumeRequest, 'symbol' | 'rule'>,
  ): Promise<AdoptionDocument> {
    return previewAdoption(this.running.parts, request);
  }

  planGive(request: GiveRequest): GivePlan {
    return planGive(this.running.parts, request);
  }

  give(request: GiveRequest & { readonly reason: string }): GivePlan {
    return give(this.running.parts, request);
  }

  planClose(request: CloseRequest): ClosePlan[] {
    return planClose(this.running.parts, request);
  }

  async close(
    request: CloseRequest & { readonly reason: string },
    waitMs: number,
  ): Promise<CloseResult> {
    const { parts, clock } = this.running;
    return close(parts, request, { clock, waitMs });
  }

  async cancelOrder(
    request: { order: string; reason: string },
    waitMs: number,
  ): Promise<CancelResult> {
    const { parts, clock } = this.running;
    return cancelOrder(parts, request, { clock, waitMs });
  }
}
