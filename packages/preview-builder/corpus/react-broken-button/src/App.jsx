import React from "react";
import { pay } from "./pay";

export default class App extends React.Component {
  state = { total: 12 };

  render() {
    return (
      <>
        <h1>Orders</h1>
        <p>The total is safe: {this.state.total}</p>
        <button onClick={() => pay(this.state.total)}>Pay</button>
      </>
    );
  }
}
