type Answers = Record<string, (data: never) => unknown>;

interface Question {
  readonly id: number;
  readonly question: string;
  readonly data: unknown;
}

/** The child's end of rig/child.ts. A child whose parent is gone ends too, so no run leaves load behind. */
export function answerParent(answers: Answers): void {
  process.once('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    const { id, question, data } = message as Question;
    void answer(answers, question, data).then(
      (result) => process.send?.({ id, answer: result }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

async function answer(answers: Answers, question: string, data: unknown): Promise<unknown> {
  const handler = answers[question];
  if (handler === undefined) {
    throw new Error(`no such question: ${question}`);
  }
  return handler(data as never);
}
