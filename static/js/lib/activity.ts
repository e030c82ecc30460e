// How many requests someone is waiting for; the progress controller shows it.

class Activity extends EventTarget {
  #waiting = 0;

  get busy(): boolean {
    return this.#waiting > 0;
  }

  async track<T>(work: Promise<T>): Promise<T> {
    this.#change(1);
    try {
      return await work;
    } finally {
      this.#change(-1);
    }
  }

  #change(by: number): void {
    const before = this.busy;
    this.#waiting += by;
    if (this.busy !== before) this.dispatchEvent(new Event("change"));
  }
}

export const activity = new Activity();
