import { randomUUID } from 'node:crypto';
import { waitFor } from './wait-for.js';

export interface NoticeView {
  id: string;
  state: string;
  deliveries: { msgid: string | null; errcode: number | null }[];
}

const ON_ITS_WAY = new Set(['queued', 'sending']);

/** What a SaaS product does: one HTTP call with a key, and later a look at what became of it. */
export class ProductCode {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async sendAndSettle(corpId: string, notice: object): Promise<NoticeView> {
    const response = await this.post(corpId, notice);
    if (response.status !== 202) throw new Error(`The notice was refused: ${response.status} ${await response.text()}`);
    const { id } = (await response.json()) as { id: string };
    return waitFor('the notice to settle', async () => {
      const answer = await fetch(`${this.url}/v1/notices/${id}`, { headers: this.headers() });
      const view = (await answer.json()) as NoticeView;
      return !ON_ITS_WAY.has(view.state) && view;
    });
  }

  async statusOfSending(corpId: string, notice: object): Promise<number> {
    const response = await this.post(corpId, notice);
    await response.body?.cancel();
    return response.status;
  }

  private post(corpId: string, notice: object): Promise<Response> {
    return fetch(`${this.url}/v1/corps/${corpId}/notices`, {
      method: 'POST',
      headers: { ...this.headers(), 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(notice),
    });
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.key}` };
  }
}
