declare module 'asterisk-manager' {
  type Answer = Record<string, unknown>;
  interface Manager {
    connect(port: number, host: string, callback?: () => void): void;
    login(callback?: (refused?: Answer) => void): void;
    action(
      action: Record<string, unknown>,
      callback: (refused: Answer | undefined, answer: Answer) => void,
    ): string;
    disconnect(callback?: () => void): void;
    isConnected(): boolean;
    on(name: string, listener: (...values: never[]) => void): void;
    listeners(name: string): ((value: unknown) => void)[];
    removeAllListeners(name?: string): void;
  }
  /** without a port it does not connect by itself */
  function create(
    port: number | null,
    host: string,
    user: string,
    password: string,
    events: boolean,
  ): Manager;
  export default create;
}
