/** The control API or a page cannot do what was asked: answered as this HTTP status with `{"error": message}`. */
export class ControlRefusal extends Error {
  readonly status: 400 | 404 | 405 | 409;

  constructor(status: 400 | 404 | 405 | 409, message: string) {
    super(message);
    this.name = 'ControlRefusal';
    this.status = status;
  }
}
