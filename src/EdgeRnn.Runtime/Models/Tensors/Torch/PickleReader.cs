using System.Buffers.Binary;
using System.Text;

namespace EdgeRnn.Runtime.Models.Tensors.Torch;

/// <summary>A Python class or function that a pickle names. Nothing of it is ever run.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A reference to bytes outside the pickle, as its persistent id describes them.</summary>
internal sealed record PicklePersistentId(object? Id);

/// <summary>The call of a global that the caller of the reader understands; it is data here.</summary>
internal sealed record PickleCall(PickleGlobal Function, object?[] Arguments);

/// <summary>A dictionary in the order of its entries.</summary>
internal sealed class PickleDictionary : List<KeyValuePair<object?, object?>>;

/// <summary>
/// Reads the data of a pickle without running it (the opcodes of Python's pickletools, protocols 2 to 5). Values become numbers, texts,
/// bytes, lists, arrays (tuples) and <see cref="PickleDictionary"/>. A pickle may ask for any Python function; only those that
/// <paramref name="allowed"/> accepts become a <see cref="PickleCall"/>, any other is refused by its name.
/// </summary>
internal sealed class PickleReader(string file, ReadOnlyMemory<byte> bytes, Func<PickleGlobal, bool> allowed)
{
    private const int MaxItems = 4_000_000;
    private static readonly object Mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<int, object?> _memo = [];
    private int _position;
    private int _items;

    /// <exception cref="ModelException">The pickle is damaged, or holds something other than the data described above.</exception>
    public object? Read()
    {
        while (true)
        {
            int at = _position;
            byte opcode = Take(1).Span[0];
            if (opcode == (byte)'.')
                return Pop();
            if (++_items > MaxItems)
                throw Error(at, $"at most {MaxItems} operations", "more");
            Step(opcode, at);
        }
    }

    private void Step(byte opcode, int at)
    {
        switch ((char)opcode)
        {
            case '\u0080':
                _ = Take(1);
                break; // protocol
            case '\u0095':
                _ = Take(8);
                break; // frame
            case '(':
                _stack.Add(Mark);
                break;
            case '0':
                _ = Pop();
                break;
            case 'N':
                _stack.Add(null);
                break;
            case '\u0088':
                _stack.Add(true);
                break;
            case '\u0089':
                _stack.Add(false);
                break;
            case 'J':
                _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span));
                break;
            case 'K':
                _stack.Add((long)Take(1).Span[0]);
                break;
            case 'M':
                _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span));
                break;
            case '\u008a':
                _stack.Add(LongOf(Take(Take(1).Span[0]), at));
                break;
            case 'G':
                _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span));
                break;
            case 'X':
                _stack.Add(Text(Length32()));
                break;
            case '\u008c':
                _stack.Add(Text(Take(1).Span[0]));
                break;
            case 'B':
                _stack.Add(Take(Length32()).ToArray());
                break;
            case 'C':
                _stack.Add(Take(Take(1).Span[0]).ToArray());
                break;
            case '}':
                _stack.Add(new PickleDictionary());
                break;
            case ']':
                _stack.Add(new List<object?>());
                break;
            case ')':
                _stack.Add(Array.Empty<object?>());
                break;
            case 't':
                _stack.Add(PopToMark(at));
                break;
            case '\u0085':
                Tuple(1);
                break;
            case '\u0086':
                Tuple(2);
                break;
            case '\u0087':
                Tuple(3);
                break;
            case 'q':
                _memo[Take(1).Span[0]] = Peek();
                break;
            case 'r':
                _memo[Length32()] = Peek();
                break;
            case '\u0094':
                _memo[_memo.Count] = Peek();
                break;
            case 'h':
                _stack.Add(Recall(Take(1).Span[0], at));
                break;
            case 'j':
                _stack.Add(Recall(Length32(), at));
                break;
            case 'c':
                _stack.Add(Global(Line(), Line(), at));
                break;
            case '\u0093':
                StackGlobal(at);
                break;
            case 'Q':
                _stack.Add(new PicklePersistentId(Pop()));
                break;
            case 'R':
                Call(at);
                break;
            case 'b':
                Build(at);
                break;
            case 's':
                SetItems([Pop(), Pop()], at);
                break;
            case 'u':
                SetItems([.. PopToMark(at).Reverse()], at);
                break;
            case 'a':
                Append([Pop()], at);
                break;
            case 'e':
                Append(PopToMark(at), at);
                break;
            default:
                throw Error(at, "an operation that only builds data", $"operation 0x{opcode:x2}");
        }
    }

    private void Tuple(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            items[i] = Pop();
        _stack.Add(items);
    }

    private PickleGlobal Global(string module, string name, int at)
    {
        var global = new PickleGlobal(module, name);
        return allowed(global) ? global : throw Error(
            at, "tensors, dictionaries, lists and numbers only", $"the Python object {ForeignText.Show(global.ToString())}, which is not run");
    }

    private void StackGlobal(int at)
    {
        object? name = Pop();
        object? module = Pop();
        if (name is not string nameText || module is not string moduleText)
            throw Error(at, "two texts", "something else");
        _stack.Add(Global(moduleText, nameText, at));
    }

    private void Call(int at)
    {
        object? arguments = Pop();
        if (arguments is not object?[] tuple || Pop() is not PickleGlobal function)
            throw Error(at, "the call of a named function", "something else");
        // The only container that torch saves; its content follows as items.
        _stack.Add(function is { Module: "collections", Name: "OrderedDict" } && tuple.Length == 0
            ? new PickleDictionary()
            : new PickleCall(function, tuple));
    }

    /// <summary>The attributes of a state dict, such as _metadata, which do not change its tensors.</summary>
    private void Build(int at)
    {
        _ = Pop();
        if (Peek() is not PickleDictionary)
            throw Error(at, "attributes of a dictionary", "attributes of another object");
    }

    /// <param name="reversed">Value, key, value, key, …</param>
    private void SetItems(object?[] reversed, int at)
    {
        if (reversed.Length % 2 != 0 || Peek() is not PickleDictionary dictionary)
            throw Error(at, "pairs for a dictionary", "something else");
        for (int i = reversed.Length - 1; i > 0; i -= 2)
            dictionary.Add(new(reversed[i], reversed[i - 1]));
    }

    private void Append(object?[] items, int at)
    {
        if (Peek() is not List<object?> list)
            throw Error(at, "items for a list", "something else");
        list.AddRange(items);
    }

    private static long LongOf(ReadOnlyMemory<byte> bytes, int at)
    {
        _ = at;
        if (bytes.Length > sizeof(long))
            return long.MaxValue;
        long value = 0;
        for (int i = 0; i < bytes.Length; i++)
            value |= (long)bytes.Span[i] << (8 * i);
        int unused = 64 - 8 * bytes.Length;
        return bytes.Length == 0 ? 0 : value << unused >> unused;
    }

    private object? Recall(int key, int at) =>
        _memo.TryGetValue(key, out object? value) ? value : throw Error(at, "a value stored before", $"number {key}, which is not");

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Error(_position, "a value", "none");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return ReferenceEquals(value, Mark) ? throw Error(_position, "a value", "a mark") : value;
    }

    private object?[] PopToMark(int at)
    {
        int mark = _stack.FindLastIndex(value => ReferenceEquals(value, Mark));
        if (mark < 0)
            throw Error(at, "a mark", "none");
        object?[] items = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private int Length32()
    {
        int at = _position;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);
        return length <= int.MaxValue ? (int)length : throw Error(at, "a length below 2^31", $"{length}");
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length).Span);

    private string Line()
    {
        int length = bytes.Span[_position..].IndexOf((byte)'\n');
        if (length < 0)
            throw Error(_position, "a line", "the end");
        string text = Text(length);
        _position++;
        return text;
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count > bytes.Length - _position)
            throw Error(_position, $"{count} more bytes", $"{bytes.Length - _position}");
        ReadOnlyMemory<byte> taken = bytes.Slice(_position, count);
        _position += count;
        return taken;
    }

    private ModelException Error(int at, string expected, string found) =>
        new($"{file}: the pickle in it, byte {at}: expected {expected}, found {found}");
}
