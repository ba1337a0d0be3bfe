using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Corpus.Books
{
    [Serializable]
    public partial class Ledger<TKey> : Dictionary<TKey, decimal>, IDisposable where TKey : notnull
    {
        public Ledger(string name, int capacity = 16) : base(capacity)
        {
            Name = name ?? throw new ArgumentNullException(nameof(name));
        }

        public string Name { get; private set; }

        [Obsolete("use Post")]
        public async Task<decimal> PostAsync<TRate>(
            TKey key,
            decimal amount,
            params TRate[] rates)
        {
            if (amount < 0)
                throw new ArgumentOutOfRangeException(nameof(amount));
            await Task.Yield();
            return this[key] = amount;
        }

        /// <summary>Is it empty? This stays.</summary>
        public bool IsEmpty() => Count == 0;

        public static bool TryParse(ref string text, out decimal value)
        {
            string Inner(string raw) => raw.Trim();
            return decimal.TryParse(Inner(text), out value);
        }

        public static Ledger<TKey> operator +(Ledger<TKey> left, Ledger<TKey> right) => left;

        public decimal this[int index] => index;

#pragma warning disable CS0168
        public void Unused(int größe)
        {
            var text = @"/// <summary>no comment</summary>";
        }
#pragma warning restore CS0168

        private void Hidden() { }

        public void Dispose() => Hidden();
    }

    public interface IVisitor<in T>
    {
        bool Visit(T item, int depth = 0);
    }

    public record Entry(string Key, decimal Amount);

    public enum Side { Debit, Credit }

    public delegate void Posted(object sender, decimal amount);
}
