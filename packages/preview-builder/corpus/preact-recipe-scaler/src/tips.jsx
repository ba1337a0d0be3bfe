// Written for React: it is Preact that it gets.
import React, { lazy, memo, Suspense } from "react";

const List = lazy(() => import("./tip-list"));

export const Tips = memo(function Tips() {
  return (
    <React.Fragment>
      <h2 className="tips">Tips of the cook</h2>
      <Suspense fallback={<p>One moment</p>}>
        <List />
      </Suspense>
    </React.Fragment>
  );
});
